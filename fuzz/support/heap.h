// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace wsproof::fuzz {

/// What has been taken from the heap since reset(). Counted where AddressSanitizer and its header
/// are there to tell, as with clang; elsewhere everything stays 0, which is within any bound.
struct Heap {
  static void reset();
  [[nodiscard]] static std::size_t taken();  ///< octets of all allocations, freed since or not
  [[nodiscard]] static std::size_t peak();   ///< the most that was held at one time
};

}  // namespace wsproof::fuzz
