// SPDX-License-Identifier: Apache-2.0
#include "conformance/runner/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace wsproof::conformance {
namespace {

// What a peer may send beyond the echo of what it was sent: far more than any case leads to, and
// little enough that a flood on every connection at once costs no memory to speak of, though each
// small frame of it is remembered. Where the case asks the peer to send, as much as it likes.
constexpr std::uint64_t kUnaskedOctets = 128 * 1024;
constexpr std::uint64_t kAskedOctets = 64 * 1024 * 1024;

std::uint64_t allowance(const Case& test_case) {
  const bool asks = std::any_of(test_case.steps.begin(), test_case.steps.end(),
                                [](const Step& step) { return std::holds_alternative<Ask>(step); });
  return asks ? kAskedOctets : kUnaskedOctets;
}

}  // namespace

Connection::Connection(Loop& loop, Clock clock, const Target& target, const Case& test_case,
                       const EngineOptions& options, Done done)
    : loop_(loop),
      clock_(clock),
      options_(options),
      allowance_(allowance(test_case)),
      engine_(test_case, options),
      done_(std::move(done)),
      timer_(loop, [this] { on_time(); }) {
  timer_.start(std::chrono::duration_cast<Time>(options.open_timeout));
  connector_ = std::make_unique<TcpConnector>(
      loop, target.host, target.port,
      [this](tl::expected<std::unique_ptr<Stream>, TransportError> outcome) {
        if (outcome.has_value()) {
          connected(std::move(*outcome));
        } else {
          finish({std::nullopt, std::move(outcome.error())});
        }
      });
}

void Connection::abandon(std::string_view reason) {
  if (finished_) {
    return;
  }
  engine_.abandon(reason, now());
  pump();
}

void Connection::connected(std::unique_ptr<Stream> stream) {
  stream_ = std::move(stream);
  if (reached_) {
    reached_();
  }
  stream_->start(*this);
  engine_.on_connected(now());
  pump();
}

void Connection::on_data(MutableBytes bytes) {
  received_ += bytes.size();
  engine_.on_bytes(bytes, now());
  if (!engine_.done() && received_ > allowance_ + 2 * sent_) {
    engine_.abandon(fmt::format("the peer sent {} octets that nobody had asked for",
                                received_ - std::min(received_, sent_)),
                    now());
  }
  pump();
}

void Connection::on_eof() {
  engine_.on_eof(now());
  pump();
}

void Connection::on_error(const TransportError& error) {
  engine_.on_lost(error.name == "ECONNRESET" ? "TCP was reset by the peer" : error.message, now());
  pump();
}

void Connection::on_time() {
  if (stream_ == nullptr) {
    engine_.abandon(fmt::format("no TCP connection within {} ms", options_.open_timeout.count()),
                    now());
    CaseResult result = engine_.result();
    result.close.open_timeout = true;
    finish({std::move(result), std::nullopt});
    return;
  }
  engine_.on_time(now());
  pump();
}

void Connection::pump() {
  if (finished_) {
    return;
  }
  while (true) {
    const std::vector<Action> actions = engine_.take_actions();
    if (actions.empty()) {
      break;
    }
    for (const Action& action : actions) {
      if (stream_ == nullptr) {
        continue;
      }
      switch (action.kind) {
        case Action::Kind::kWrite:
          sent_ += action.octets.size();
          stream_->write(as_bytes(action.octets));
          stream_->flush();
          break;
        case Action::Kind::kHalfClose:
          stream_->shutdown();
          break;
        case Action::Kind::kReset:
          stream_->reset();
          break;
        case Action::Kind::kClose:
          stream_->close();
          break;
      }
    }
  }
  if (engine_.done()) {
    finish({engine_.result(), std::nullopt});
    return;
  }
  if (const auto deadline = engine_.next_deadline()) {
    timer_.start(std::max(*deadline - now(), Time{}));
  } else {
    timer_.stop();
  }
}

void Connection::finish(ConnectionOutcome outcome) {
  if (std::exchange(finished_, true)) {
    return;
  }
  timer_.stop();
  connector_.reset();
  if (stream_ != nullptr) {
    stream_->close();
  }
  const Done done = std::move(done_);
  done(std::move(outcome));
}

}  // namespace wsproof::conformance
