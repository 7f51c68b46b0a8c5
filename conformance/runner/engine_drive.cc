// SPDX-License-Identifier: Apache-2.0
#include "conformance/runner/engine_drive.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>
#include <vector>

#include "server/transport/tls_context.h"

namespace wsproof::conformance {
namespace {

// What a peer may send beyond the echo of what it was sent: far more than any case leads to, and
// little enough that a flood on every connection at once costs no memory to speak of, though each
// small frame of it is remembered. Where the case asks the peer to send, as much as it likes.
constexpr std::uint64_t kUnaskedOctets = 128 * 1024;
constexpr std::uint64_t kAskedOctets = 64 * 1024 * 1024;
constexpr Time kLate = std::chrono::milliseconds(10);
// libuv runs timers ahead of reading: the shortest time that is not over yet in the same turn.
constexpr Time kOneTurn = std::chrono::milliseconds(1);

std::uint64_t allowance(const Case& test_case) {
  const bool asks = std::any_of(test_case.steps.begin(), test_case.steps.end(),
                                [](const Step& step) { return std::holds_alternative<Ask>(step); });
  return asks ? kAskedOctets : kUnaskedOctets;
}

}  // namespace

EngineDrive::EngineDrive(Loop& loop, Clock clock, const Case& test_case,
                         const EngineOptions& options, Stream& stream, Done done)
    : clock_(clock),
      allowance_(allowance(test_case)),
      engine_(test_case, options),
      stream_(stream),
      done_(std::move(done)),
      timer_(loop, [this] { on_time(); }) {}

void EngineDrive::on_time() {
  // The loop that comes late, busy with other cases, has not read yet what the peer sent in time.
  if (now() > timer_at_ + kLate && !std::exchange(looked_again_, true)) {
    timer_.start(kOneTurn);
    return;
  }
  looked_again_ = false;
  engine_.on_time(now());
  pump();
}

void EngineDrive::begin(Time connected, Bytes first) {
  engine_.on_connected(connected);
  if (!first.empty()) {
    take(first);
  }
  pump();
}

void EngineDrive::abandon(std::string_view reason) {
  if (finished_) {
    return;
  }
  engine_.abandon(reason, now());
  pump();
}

void EngineDrive::on_data(MutableBytes bytes) {
  take(bytes);
  pump();
}

void EngineDrive::take(Bytes bytes) {
  looked_again_ = false;
  received_ += bytes.size();
  engine_.on_bytes(bytes, now());
  if (!engine_.done() &&
      received_ > allowance_ + 2 * std::max(sent_, engine_.application_octets_sent())) {
    engine_.abandon(fmt::format("the peer sent {} octets that nobody had asked for",
                                received_ - std::min(received_, sent_)),
                    now());
  }
}

void EngineDrive::on_eof() {
  engine_.on_eof(now());
  pump();
}

void EngineDrive::on_error(const TransportError& error) {
  if (error.name == tls_error::kTruncated) {
    // TCP ended in good order. Many a server leaves out close_notify, and RFC 6455 does not ask for
    // it: a Close frame is what says that all was said.
    on_eof();
    return;
  }
  engine_.on_lost(error.name == "ECONNRESET" ? "TCP was reset by the peer" : error.message, now());
  pump();
}

void EngineDrive::pump() {
  if (finished_) {
    return;
  }
  while (true) {
    const std::vector<Action> actions = engine_.take_actions();
    if (actions.empty()) {
      break;
    }
    for (const Action& action : actions) {
      act(action);
    }
  }
  if (engine_.done()) {
    finished_ = true;
    timer_.stop();
    const Done done = std::move(done_);
    done(engine_.result());
    return;
  }
  if (const auto deadline = engine_.next_deadline()) {
    timer_at_ = std::max(*deadline, now());
    timer_.start(std::max(*deadline - now(), Time{}));
  } else {
    timer_.stop();
  }
}

void EngineDrive::act(const Action& action) {
  switch (action.kind) {
    case Action::Kind::kWrite:
      sent_ += action.octets.size();
      stream_.write(as_bytes(action.octets));
      stream_.flush();
      return;
    case Action::Kind::kHalfClose:
      stream_.shutdown();
      return;
    case Action::Kind::kReset:
      stream_.reset();
      return;
    case Action::Kind::kClose:
      stream_.close();
      return;
  }
}

}  // namespace wsproof::conformance
