// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/heartbeat.h"

#include <algorithm>

namespace wsproof {

std::optional<Time> Heartbeat::deadline(const Limits& limits) const {
  if (limits.heartbeat_interval.count() <= 0) return std::nullopt;
  if (waiting_) return pinged_ + limits.pong_timeout;
  return heard_ + limits.heartbeat_interval;
}

Heartbeat::Due Heartbeat::due(const Limits& limits, Time now) const {
  const std::optional<Time> at = deadline(limits);
  if (!at || now < *at) return Due::kNothing;
  return waiting_ ? Due::kFailure : Due::kPing;
}

Bytes Heartbeat::make_ping(RandomSource& random, Time now) {
  random.fill(payload_);
  pinged_ = now;
  waiting_ = true;
  return payload_;
}

void Heartbeat::take_pong(Bytes payload) {
  if (std::equal(payload.begin(), payload.end(), payload_.begin(), payload_.end())) {
    waiting_ = false;
  }
}

}  // namespace wsproof
