// SPDX-License-Identifier: Apache-2.0
#include "conformance/runner/client_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "conformance/report/client_json.h"
#include "conformance/report/escape.h"
#include "conformance/runner/client_pages.h"
#include "server/protocol/close_code.h"
#include "server/protocol/request_target.h"

namespace wsproof::conformance {
namespace {

using Kind = ControlRequest::Kind;

std::string plain_answer(const ControlError& error) {
  return format_http_response(error.status, "text/plain; charset=utf-8", error.sentence + '\n', {});
}

}  // namespace

ClientRun::ClientRun(Loop& loop, Clock clock, const ClientRunOptions& options,
                     ClientRunObserver& observer)
    : loop_(loop),
      clock_(clock),
      options_(options),
      engine_options_(options.engine),
      observer_(observer),
      book_(options.cases) {
  engine_options_.peer = Role::kClient;
  handshake.server_name = options.engine.server_name;
}

ClientRun::~ClientRun() { *alive_ = false; }

tl::expected<void, TransportError> ClientRun::listen() {
  return open(options_.port).map([this](std::uint16_t port) { port_ = port; });
}

tl::expected<void, TransportError> ClientRun::listen_also(std::uint16_t port) {
  return open(port).map([](std::uint16_t) {});
}

tl::expected<std::uint16_t, TransportError> ClientRun::open(std::uint16_t port) {
  auto listener =
      TcpListener::listen(loop_, {.host = options_.host, .port = port},
                          [this](std::unique_ptr<Stream> stream) { accept(std::move(stream)); });
  if (!listener) {
    return tl::unexpected(listener.error());
  }
  listeners_.push_back(std::move(*listener));
  return listeners_.back()->port();
}

std::string ClientRun::url_at(std::uint16_t port) const {
  const std::string& host = options_.host;
  const bool any = host.empty() || host == "0.0.0.0" || host == "::";
  const std::string name = any ? "127.0.0.1" : host;
  const std::string authority = name.find(':') == std::string::npos ? name : '[' + name + ']';
  return fmt::format("{}://{}:{}", options_.tls ? "wss" : "ws", authority, port);
}

void ClientRun::stop(const std::string& reason) {
  stopped_ = true;
  listeners_.clear();
  // The list is only shortened at the end of the tick.
  for (const auto& link : links_) {
    link->abandon(reason);
  }
}

void ClientRun::accept(std::unique_ptr<Stream> stream) {
  if (options_.tls) {
    stream = options_.tls->wrap_server(loop_, std::move(stream));
  }
  ClientLinkHost& host = *this;
  links_.push_back(std::make_unique<ClientLink>(loop_, clock_, host, std::move(stream)));
}

std::string ClientRun::agent_of(const ControlRequest& request, const RequestHead& head) const {
  if (!request.agent.empty()) {
    return request.agent;
  }
  if (!options_.agent.empty()) {
    return options_.agent;
  }
  const std::string own = utf8_or_replaced(head.fields.first("User-Agent").substr(0, 60));
  return own.empty() ? "UnknownClient" : own;
}

void ClientRun::on_request(ClientLink& link, const RequestHead& head) {
  anyone_came_ = true;
  const auto resource = resource_of_target(head.target);
  if (!resource) {
    refuse(link, {400, "the request's target is not a path"});
    return;
  }
  auto request = parse_control_request(*resource, options_.cases);
  if (request) {
    link.asked = std::move(*request);
    link.asked.agent = agent_of(link.asked, head);
    // Any page can have a browser fetch a URL; that ends no run.
    link.asked.shutdown = link.asked.shutdown && is_upgrade_request(head);
    // A request for a case goes to its engine whatever is wrong with it: that is what is tested.
    if (link.asked.kind == Kind::kRunCase && !is_excluded(link.asked)) {
      run_case(link);
      return;
    }
  }
  if (!is_upgrade_request(head) && options_.page) {
    link.answer_http(answer_client_page(head, *resource, options_.cases, book_));
  } else if (!request) {
    refuse(link, request.error());
  } else if (link.open_control(head)) {
    serve(link);
  }
}

void ClientRun::on_bad_head(ClientLink& link, Error error) {
  observer_.on_complaint(fmt::format("{} sent a request that cannot be read: {} ({})",
                                     link.peer_address(), info(error).sentence,
                                     info(error).section));
}

void ClientRun::on_no_request(ClientLink& /*link*/, const TransportError* error) {
  if (!options_.tls || stopped_) {
    return;
  }
  const bool in_handshake =
      error != nullptr && (error->name == tls_error::kHandshake ||
                           error->name == tls_error::kRefused || error->name == tls_error::kNoTls);
  // Browsers keep connections in store; but some clients look at the certificate only here.
  if (!in_handshake && anyone_came_) {
    return;
  }
  std::string reason =
      "it ended the connection before it sent a request, as where a client does "
      "not trust the certificate";
  if (in_handshake) {
    reason = error->message;
  }
  if (in_handshake && error->name == tls_error::kNoTls) {
    reason += "; the URL here begins with wss://";
  } else if (reason.ends_with("during the TLS handshake")) {
    reason += ", as where a client does not trust the certificate";
  }
  if (++lost_[reason] == 1) {
    observer_.on_complaint("a client's TLS connection failed: " + reason);
  }
  observer_.on_lost_in_tls(reason);
}

void ClientRun::count_lost() const {
  for (const auto& [reason, count] : lost_) {
    if (count > 1) {
      observer_.on_complaint(
          fmt::format("{} TLS connections of clients failed in this way: {}", count, reason));
    }
  }
}

bool ClientRun::is_excluded(const ControlRequest& asked) const {
  return options_.excluded && options_.excluded(asked.agent, *options_.cases[asked.place]);
}

void ClientRun::refuse(ClientLink& link, const ControlError& error) {
  observer_.on_complaint(
      fmt::format("{} was answered {}: {}", link.peer_address(), error.status, error.sentence));
  link.answer_http(plain_answer(error));
}

void ClientRun::run_case(ClientLink& link) {
  const std::size_t place = link.asked.place;
  const Case& test_case = *options_.cases[place];
  if (book_.is_full(link.asked.agent, place)) {
    refuse(link, {409, fmt::format("agent {} runs case {} already: of two clients at the same "
                                   "time, each needs a name of its own (?agent=NAME)",
                                   printable(link.asked.agent), test_case.id)});
    return;
  }
  book_.begin(link.asked.agent, place, clock_.now());
  observer_.on_case_started(test_case, link.asked.agent, link.peer_address());
  link.run_case(test_case, engine_options_);
}

void ClientRun::on_case_over(ClientLink& link, CaseResult result) {
  const std::string& agent = link.asked.agent;
  const std::size_t place = link.asked.place;
  result.ran = result.ran && !stopped_;
  observer_.on_case_ended(*options_.cases[place], agent,
                          book_.end(agent, place, std::move(result), clock_.now()));
  const CaseResult* kept = book_.result(agent, place);
  // None while others of its connections run.
  for (std::size_t i = 0; kept != nullptr && i < links_.size(); ++i) {
    ClientLink& other = *links_[i];
    if (!other.has_ended() && other.waits_for_result && other.asked.agent == agent &&
        other.asked.place == place) {
      other.waits_for_result = false;
      other.answer(case_status_json(*kept));
    }
  }
}

void ClientRun::serve(ClientLink& link) {
  const ControlRequest& asked = link.asked;
  switch (asked.kind) {
    case Kind::kCaseCount:
      link.answer(std::to_string(options_.cases.size()));
      return;
    case Kind::kCaseInfo:
      link.answer(case_info_json(*options_.cases[asked.place]));
      return;
    case Kind::kCaseStatus:
      if (const CaseResult* result = book_.result(asked.agent, asked.place)) {
        link.answer(case_status_json(*result));
      } else if (is_excluded(asked) || !book_.has_begun(asked.agent, asked.place)) {
        link.close(close_code::kNormal, {});  // there may never be one
      } else {
        link.waits_for_result = true;
      }
      return;
    case Kind::kUpdateReports:
      observer_.on_update_reports(asked.agent);
      link.close(close_code::kNormal, {});
      return;
    case Kind::kStopServer:
      link.close(close_code::kNormal, {});
      return;
    case Kind::kRunCase:  // others went to an engine
      observer_.on_case_skipped(*options_.cases[asked.place], asked.agent);
      link.close(close_code::kNormal, {});
      return;
  }
}

void ClientRun::on_ended(ClientLink& link) {
  const bool stops = link.asked.shutdown;
  loop_.defer([this, alive = alive_, stops, &link] {
    if (!*alive) {
      return;
    }
    links_.erase(std::find_if(links_.begin(), links_.end(),
                              [&](const auto& one) { return one.get() == &link; }));
    if (stops) {
      observer_.on_stop_requested();
    }
  });
}

}  // namespace wsproof::conformance
