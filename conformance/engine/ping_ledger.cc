// SPDX-License-Identifier: Apache-2.0
#include "conformance/engine/ping_ledger.h"

#include <algorithm>
#include <utility>

namespace wsproof::conformance {

void PingLedger::ping_sent(std::string_view payload, bool after_close) {
  pings_.push_back({std::string(payload), after_close, false});
}

void PingLedger::pong_sent(std::string_view payload) { pongs_.emplace_back(payload); }

void PingLedger::probe_sent(std::string payload) {
  probes_.push_back(std::move(payload));
  probe_answered_ = false;
}

PingLedger::Pong PingLedger::pong_received(std::string_view payload) {
  for (std::size_t i = 0; i < probes_.size(); ++i) {
    if (probes_[i] != payload) continue;
    any_probe_answered_ = true;
    if (i + 1 == probes_.size()) probe_answered_ = true;
    return Pong::kProbe;
  }
  for (Ping& ping : pings_) {
    if (ping.answered || ping.payload != payload) continue;
    ping.answered = true;
    return ping.after_close ? Pong::kLateAnswer : Pong::kAnswer;
  }
  if (std::find(pongs_.begin(), pongs_.end(), payload) != pongs_.end()) return Pong::kReturned;
  return Pong::kUnsolicited;
}

bool PingLedger::outstanding() const { return unanswered().has_value(); }

std::optional<std::string> PingLedger::unanswered() const {
  const auto last = std::find_if(pings_.rbegin(), pings_.rend(),
                                 [](const Ping& ping) { return !ping.after_close; });
  if (last == pings_.rend() || last->answered) return std::nullopt;
  return last->payload;
}

}  // namespace wsproof::conformance
