// SPDX-License-Identifier: Apache-2.0
#include "conformance/runner/connection.h"

#include <fmt/format.h>

#include <utility>

#include "conformance/report/layout.h"

namespace wsproof::conformance {

Connection::Connection(Loop& loop, Clock clock, const Target& target, const Case& test_case,
                       const EngineOptions& options, Done done)
    : loop_(loop),
      clock_(clock),
      target_(target),
      case_(test_case),
      options_(options),
      done_(std::move(done)),
      connect_timer_(loop, [this] { not_connected(); }) {
  connect_timer_.start(std::chrono::duration_cast<Time>(options.open_timeout));
  const auto told = [this](tl::expected<std::unique_ptr<Stream>, TransportError> outcome) {
    if (outcome.has_value()) {
      connected(std::move(*outcome));
    } else {
      finish({std::nullopt, std::move(outcome.error())});
    }
  };
  if (target.tls) {
    tls_connector_ = std::make_unique<TlsConnector>(loop, *target.tls, target.host, target.port,
                                                    target.server_name, told);
  } else {
    connector_ = std::make_unique<TcpConnector>(loop, target.host, target.port, told);
  }
}

void Connection::abandon(std::string_view reason) {
  if (finished_) {
    return;
  }
  if (drive_ != nullptr) {
    drive_->abandon(reason);
    return;
  }
  Engine engine(case_, options_);
  engine.abandon(reason, clock_.now());
  finish({engine.result(), std::nullopt});
}

void Connection::connected(std::unique_ptr<Stream> stream) {
  connect_timer_.stop();
  stream_ = std::move(stream);
  if (reached_) {
    reached_();
  }
  drive_ = std::make_unique<EngineDrive>(loop_, clock_, case_, options_, *stream_,
                                         [this](CaseResult result) {
                                           finish({std::move(result), std::nullopt});
                                         });
  stream_->start(*drive_);
  drive_->begin(clock_.now(), {});
}

void Connection::not_connected() {
  const bool in_tls = tls_connector_ != nullptr && tls_connector_->in_handshake();
  const std::string what =
      fmt::format("no answer {} within {}", in_tls ? "to the TLS handshake" : "at all",
                  seconds(std::chrono::duration_cast<Time>(options_.open_timeout)));
  Engine engine(case_, options_);
  engine.abandon(what, clock_.now());
  CaseResult result = engine.result();
  result.happened = what;  // the engine cannot know how long was waited
  result.close.open_timeout = true;
  TransportError error;
  error.name = in_tls ? kNoTlsAnswer : kNoTcpAnswer;
  error.message = fmt::format("cannot connect to {} port {}: {}", target_.host, target_.port, what);
  finish({std::move(result), std::move(error)});
}

void Connection::finish(ConnectionOutcome outcome) {
  if (std::exchange(finished_, true)) {
    return;
  }
  connect_timer_.stop();
  connector_.reset();
  tls_connector_.reset();
  if (stream_ != nullptr) {
    stream_->close();
  }
  const Done done = std::move(done_);
  done(std::move(outcome));
}

}  // namespace wsproof::conformance
