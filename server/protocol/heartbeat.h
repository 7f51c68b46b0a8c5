// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "server/protocol/bytes.h"
#include "server/protocol/limits.h"
#include "server/protocol/random.h"

namespace wsproof {

/// Finds out whether a silent peer is still there (RFC 6455 5.5.2): after limits.heartbeat_interval
/// without an octet from it a ping is due, and a pong with the same payload must come within
/// limits.pong_timeout. The payload is unpredictable, so that a peer cannot answer in advance. Does
/// nothing where the interval is zero.
class Heartbeat {
 public:
  explicit Heartbeat(Time now) : heard_(now) {}

  enum class Due : std::uint8_t {
    kNothing,
    kPing,     ///< call make_ping() and send what it gives
    kFailure,  ///< the ping was not answered in time
  };

  /// Octets have come from the peer.
  void heard(Time now) { heard_ = now; }
  /// What is to be done at this time.
  [[nodiscard]] Due due(const Limits& limits, Time now) const;
  /// When due() will next say something other than kNothing; nothing: never.
  [[nodiscard]] std::optional<Time> deadline(const Limits& limits) const;

  /// The payload of the ping to be sent now; valid until the next call.
  [[nodiscard]] Bytes make_ping(RandomSource& random, Time now);
  /// A pong has come. One with another payload than the ping's answers nothing: §5.5.3 allows pongs
  /// that nobody asked for.
  void take_pong(Bytes payload);

 private:
  Time heard_;
  Time pinged_{};
  std::array<std::uint8_t, 8> payload_{};
  bool waiting_ = false;
};

}  // namespace wsproof
