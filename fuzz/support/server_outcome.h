// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "fuzz/support/input.h"
#include "fuzz/support/session_watch.h"

namespace wsproof::fuzz {

/// The most that a message may have where we stand beside another library.
inline constexpr std::size_t kPeerMessageLimit = 64 * 1024;

/// What a server made of a client's stream.
struct ServerOutcome {
  enum class End : std::uint8_t {
    kOpen,    ///< wants more
    kClosed,  ///< has read a Close frame
    kFailed   ///< has failed the connection
  };
  std::vector<SessionWatch::Message> messages;
  End end = End::kOpen;
  std::uint16_t code = 0;      ///< of the Close frame; 1005 without one
  std::optional<Error> error;  ///< ours, where we failed
};

/// Our own session's, which is given the data in pieces as the input says.
[[nodiscard]] ServerOutcome serve(const Input& input);

/// Ends the program where the two differ in something that both have to do alike.
void check_alike(const ServerOutcome& ours, const ServerOutcome& theirs, const Input& input);

}  // namespace wsproof::fuzz
