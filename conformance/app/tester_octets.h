// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/catalogue/case.h"
#include "server/protocol/frame.h"
#include "server/protocol/frame_rules.h"

namespace wsproof::conformance {

/// The tester's octets against a peer that opens the connection and is silent from then on.
struct TesterOctets {
  std::string head;      ///< its request, or its answer
  std::string frames;    ///< what it sent behind that
  bool deflate = false;  ///< permessage-deflate was agreed
};

/// Plays the case, which is one that find_unsupported() has nothing against, until it gives up or
/// has sent more than `enough`. Always the same for the same case: keys are not random.
[[nodiscard]] TesterOctets tester_octets(const Case& test_case, Role peer, std::size_t enough);

/// A frame as it was sent, its payload unmasked.
struct SentFrame {
  FrameHeader header;
  std::string payload;
};

/// The frames that the octets hold as a whole.
[[nodiscard]] std::vector<SentFrame> sent_frames(std::string_view octets);

}  // namespace wsproof::conformance
