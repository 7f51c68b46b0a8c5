// SPDX-License-Identifier: Apache-2.0
#include "tests/support/endpoint.h"

#include <vector>

namespace wsproof::test {

EchoEndpoint::EchoEndpoint(Role role, EchoOptions options)
    : role_(role), options_(std::move(options)) {
  options_.session.deflate.enabled = options_.deflate;
  options_.server.deflate.enabled = options_.deflate;
  options_.client.deflate.enabled = options_.deflate;
  if (options_.client.host.empty()) options_.client.host = "localhost";
  if (options_.session.random == nullptr) options_.session.random = &secure_random();
  if (role_ == Role::kServer) {
    server_opening_.emplace(options_.session.limits);
  } else {
    client_opening_.emplace(options_.client, options_.session.limits, *options_.session.random);
  }
}

void EchoEndpoint::connected(Time /*now*/) {
  if (client_opening_) write(client_opening_->request());
}

void EchoEndpoint::receive(Bytes bytes, Time now) {
  if (end() == End::kReset) return;
  if (session_) {
    std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
    session_->receive(copy, now);
  } else if (end() == End::kOpen && server_opening_) {
    receive_request(bytes, now);
  } else if (end() == End::kOpen) {
    receive_response(bytes, now);
  }
}

void EchoEndpoint::receive_request(Bytes bytes, Time now) {
  switch (server_opening_->push(bytes)) {
    case ServerOpening::Status::kNeedMore:
      return;
    case ServerOpening::Status::kError:
      write(refuse_head(server_opening_->error(), options_.server).response);
      end_tcp(End::kFin);
      return;
    case ServerOpening::Status::kRequest:
      break;
  }
  const auto accepted = accept_request(server_opening_->head(), options_.server);
  if (!accepted) {
    write(accepted.error().response);
    end_tcp(End::kFin);
    return;
  }
  write(accepted->response);
  open(accepted->agreement, server_opening_->rest(), now);
}

void EchoEndpoint::receive_response(Bytes bytes, Time now) {
  switch (client_opening_->push(bytes)) {
    case ClientOpening::Status::kNeedMore:
      return;
    case ClientOpening::Status::kError:
      end_tcp(End::kFin);
      return;
    case ClientOpening::Status::kOpen:
      open(client_opening_->agreement(), client_opening_->rest(), now);
  }
}

void EchoEndpoint::open(const Agreement& agreement, MutableBytes rest, Time now) {
  SessionHandler& handler = *this;
  session_ = std::make_unique<Session>(role_, options_.session, handler, agreement.deflate, now);
  if (!rest.empty()) session_->receive(rest, now);
}

void EchoEndpoint::receive_eof(Time now) {
  if (session_) {
    session_->receive_eof(now);
  } else {
    end_tcp(End::kFin);
  }
}

void EchoEndpoint::advance(Time now) {
  if (session_) session_->advance(now);
}

std::optional<Time> EchoEndpoint::next_deadline() const {
  return session_ ? session_->next_deadline() : std::nullopt;
}

void EchoEndpoint::echo(Session& session, MessageKind kind, MutableBytes payload) {
  static_cast<void>(session.send(kind, payload));
}

void EchoEndpoint::on_message(Session& session, MessageKind kind, MutableBytes payload) {
  echo(session, kind, payload);
}

void EchoEndpoint::on_write(Session& /*session*/, Bytes head, Bytes body) {
  write(as_text(head));
  write(as_text(body));
}

void EchoEndpoint::on_shutdown(Session& /*session*/) { end_tcp(End::kFin); }

void EchoEndpoint::on_closed(Session& /*session*/, const CloseInfo& /*info*/) {
  end_tcp(End::kFin);
}

}  // namespace wsproof::test
