// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/engine_loopback.h"

#include <algorithm>
#include <chrono>
#include <string>

namespace wsproof::test {
namespace {

using conformance::Action;
using conformance::Engine;

// A hop from one side to the other.
constexpr Time kHop{20};
// Far beyond the longest case: a loop that is still turning then has lost its way.
constexpr Time kEndOfTime = std::chrono::minutes(10);

class Link {
 public:
  Link(Engine& engine, Endpoint& endpoint, const Loopback& loopback)
      : engine_(engine), endpoint_(endpoint), loopback_(loopback) {}

  /// Carries what there is. False: there was nothing.
  bool carry(Time now) {
    bool moved = false;
    for (const Action& action : engine_.take_actions()) {
      moved = true;
      to_endpoint(action, now);
    }
    const std::string octets = endpoint_.take_output();
    for (std::size_t at = 0; at < octets.size() && !lost_ && !ended_; at += loopback_.chop) {
      moved = true;
      if (strikes(now)) break;
      const std::string_view piece = std::string_view(octets).substr(at, loopback_.chop);
      engine_.on_bytes(as_bytes(piece), now);
      if (loopback_.chop > octets.size()) break;
    }
    if (endpoint_.end() != Endpoint::End::kOpen && !lost_ && !ended_) {
      moved = true;
      ended_ = true;
      if (endpoint_.end() == Endpoint::End::kFin) {
        engine_.on_eof(now);
      } else {
        engine_.on_lost("connection reset by peer", now);
      }
    }
    return moved;
  }

 private:
  void to_endpoint(const Action& action, Time now) {
    if (lost_) return;
    if (action.kind != Action::Kind::kWrite) {
      endpoint_.receive_eof(now);
      return;
    }
    if (strikes(now)) return;
    const std::string_view octets = action.octets;
    for (std::size_t at = 0; at < octets.size();) {
      const std::string_view piece = octets.substr(at, loopback_.chop);
      endpoint_.receive(as_bytes(piece), now);
      at += piece.size();
    }
  }

  bool strikes(Time now) {
    if (loopback_.fail_count == nullptr || !loopback_.fail_count->strikes()) return false;
    lost_ = true;
    if (loopback_.fault == Fault::kEof) {
      engine_.on_eof(now);
    } else {
      engine_.on_lost("an operation failed on purpose", now);
    }
    endpoint_.receive_eof(now);
    return true;
  }

  Engine& engine_;
  Endpoint& endpoint_;
  const Loopback& loopback_;
  bool lost_ = false;
  bool ended_ = false;
};

}  // namespace

LoopbackRun run_case(const conformance::Case& test_case, const conformance::EngineOptions& options,
                     Endpoint& endpoint, const Loopback& loopback) {
  Engine engine(test_case, options);
  Link link(engine, endpoint, loopback);
  Time now{1'000'000};
  const Time begin = now;
  engine.on_connected(now);
  endpoint.connected(now);
  while (!engine.done() && now < kEndOfTime) {
    now += kHop;
    if (link.carry(now)) continue;
    std::optional<Time> next = engine.next_deadline();
    const std::optional<Time> other = endpoint.next_deadline();
    if (other && (!next || *other < *next)) next = other;
    if (!next) break;
    now = std::max(now, *next);
    engine.on_time(now);
    endpoint.advance(now);
  }
  LoopbackRun run;
  run.finished = engine.done();
  run.ended = now - begin;
  if (run.finished) run.result = engine.result();
  return run;
}

}  // namespace wsproof::test
