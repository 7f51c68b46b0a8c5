// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "conformance/engine/outbox.h"
#include "conformance/engine/ping_ledger.h"
#include "server/protocol/bytes.h"
#include "server/protocol/random.h"

namespace wsproof::conformance {

/// Finds out, by a ping and its pong, whether the peer has processed all that was sent before.
class Settling {
 public:
  /// All outlive this object.
  Settling(Outbox& outbox, PingLedger& pings, RandomSource& random)
      : outbox_(outbox), pings_(pings), random_(random) {}

  /// Once the pings of the case are answered (a peer may leave earlier ones to a later pong), asks
  /// at once.
  void begin();
  /// Asks only when the peer has been quiet for a while: a peer that was sent a violation and
  /// reacts never sees the ping. Its pong counts after a little longer, for peers that answer first
  /// and fail the connection right behind.
  void begin_cautiously(Time now);
  void cancel() { stage_ = Stage::kIdle; }

  /// Octets have come from the peer.
  void peer_was_heard(Time now) { last_heard_ = now; }
  /// Does what is due. True once the peer is known to have processed all.
  bool advance(Time now);
  [[nodiscard]] std::optional<Time> next_deadline() const;

  [[nodiscard]] bool begun() const { return stage_ != Stage::kIdle; }
  /// A ping is out and its pong has not come.
  [[nodiscard]] bool asked() const { return stage_ == Stage::kAsked; }

 private:
  enum class Stage : std::uint8_t { kIdle, kPingsFirst, kQuietFirst, kAsked, kGrace, kSettled };
  void ask();

  Outbox& outbox_;
  PingLedger& pings_;
  RandomSource& random_;
  Stage stage_ = Stage::kIdle;
  bool cautious_ = false;
  Time began_{};
  Time last_heard_{};
  Time grace_end_{};
};

/// A payload for a ping that nothing else has.
[[nodiscard]] std::string make_probe(RandomSource& random);

}  // namespace wsproof::conformance
