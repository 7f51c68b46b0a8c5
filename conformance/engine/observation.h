// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/catalogue/case.h"
#include "conformance/engine/result.h"
#include "server/protocol/bytes.h"
#include "server/protocol/frame_rules.h"

namespace wsproof::conformance {

/// All that the verdict depends on: what was seen of one case over one connection.
struct Observation {
  Role peer = Role::kServer;

  /// What came of the opening handshake.
  enum class Opening : std::uint8_t {
    kOpen,
    kRefused,   ///< an HTTP answer other than 101, or a client that ended TCP over our answer
    kClosed,    ///< TCP ended without an answer
    kNothing,   ///< nothing, or not enough, within the time
    kNotHttp,   ///< octets that are no head
    kKeptOpen,  ///< a client that was to refuse neither ended TCP nor used the connection
  };
  Opening opening = Opening::kNothing;
  int status = 0;  ///< of an HTTP answer, 0 without one

  /// Whether a ping was sent ahead of the steps, and whether its pong came.
  bool alive_asked = false;
  bool alive = false;
  /// The steps were all sent before the connection came to its end.
  bool steps_done = false;
  /// A Close frame of the steps was a stimulus: an answer to it proves nothing by itself.
  bool close_is_stimulus = false;
  /// The peer ended TCP (FIN or RST) while the tester still held it.
  bool tcp_ended_by_peer = false;
  /// A ping that settles, answered by nothing.
  bool settle_unanswered = false;
  /// How long the tester waited before it gave up on the peer.
  Time waited{};

  std::vector<Event> events;    ///< all, as Autobahn counts them
  std::vector<Event> relevant;  ///< without what the peer may send at any time
  CloseObservation close;
  std::vector<Finding> findings;

  std::string unsupported;  ///< a sentence: why the case could not be run here
  bool deflate_declined = false;
  std::string exchange;   ///< a sentence: how far an exchange came that is not complete
  std::string abandoned;  ///< a sentence: why it was ended from outside
};

}  // namespace wsproof::conformance
