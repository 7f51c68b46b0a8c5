// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "server/protocol/frame.h"

namespace wsproof::fuzz {

/// A frame as a parser saw it: its header, and what came of its payload, unmasked.
struct SeenFrame {
  FrameHeader header;
  std::vector<std::uint8_t> payload;
  bool whole = false;  ///< all of the payload is here

  bool operator==(const SeenFrame&) const = default;
};

}  // namespace wsproof::fuzz
