// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace wsproof {

/// What happens where a broadcast meets a receiver for whom more octets wait than
/// Limits::write_queue. A receiver's memory is bounded by each of them.
enum class SlowReceiver : std::uint8_t {
  kDropConnection,  ///< it is reset; the others notice nothing
  kDropMessage,  ///< it goes without what is broadcast until it has read; the others notice nothing
  kBlockSender,  ///< it gets everything, and whoever broadcasts on its route is not read from
                 ///< until it has read all; one that reads nothing is closed by the heartbeat
};

/// How often that was.
struct SlowReceiverCounts {
  std::uint64_t connections_dropped = 0;
  std::uint64_t deliveries_dropped = 0;  ///< what one tick broadcast, to one receiver
  std::uint64_t octets_dropped = 0;      ///< in these deliveries
  std::uint64_t senders_blocked = 0;     ///< times that a sender was not read from

  SlowReceiverCounts& operator+=(const SlowReceiverCounts& other) {
    connections_dropped += other.connections_dropped;
    deliveries_dropped += other.deliveries_dropped;
    octets_dropped += other.octets_dropped;
    senders_blocked += other.senders_blocked;
    return *this;
  }
};

}  // namespace wsproof
