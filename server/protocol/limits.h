// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace wsproof {

/// Every limit that bounds what a peer can make this endpoint spend. Sizes are octets; a size or a
/// count of zero allows nothing at all.
struct Limits {
  // The opening handshake. Browsers stay far below these; 8 KiB is what common HTTP servers take.
  std::size_t request_line = 8 * 1024;
  std::size_t field_line = 8 * 1024;
  std::size_t field_count = 100;
  std::size_t head = 32 * 1024;
  std::chrono::milliseconds handshake_timeout{10'000};

  // Messages. A frame may be as large as a message: a peer need not fragment. 16 MiB is the largest
  // message of the Autobahn cases; the session adds nothing to it.
  std::uint64_t frame_payload = 16 * 1024 * 1024;
  std::uint64_t message_payload = 16 * 1024 * 1024;
  // One-octet fragments cost about 100 times their payload to process; a million is 10 times what
  // the Autobahn cases send.
  std::uint32_t fragments = 1'000'000;
  // Pings and pongs that may arrive with no data between them, inside one fragmented message.
  std::uint32_t controls_in_message = 100'000;

  // Closing. RFC 6455 7.1.1 lets the server close TCP first; it waits for the peer's Close this
  // long, and for the end of TCP as long again.
  std::chrono::milliseconds close_timeout{5'000};

  // Heartbeat. Zero interval: no pings are sent of one's own accord.
  std::chrono::milliseconds heartbeat_interval{0};
  std::chrono::milliseconds pong_timeout{10'000};

  // Octets that may wait to be written to a peer that does not read before reading from it stops.
  std::size_t write_queue = 1024 * 1024;
};

}  // namespace wsproof
