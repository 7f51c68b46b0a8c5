// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace wsproof::conformance {

/// A case's number in the inputs of fuzz/engine_fuzz.cc, of 24 bits, made from its id: it stays
/// what it is when other cases come.
[[nodiscard]] constexpr std::uint32_t fuzz_number(std::string_view case_id) {
  // FNV-1a, which spreads short texts well.
  std::uint32_t hash = 2'166'136'261U;
  for (const char letter : case_id) {
    hash = (hash ^ static_cast<std::uint8_t>(letter)) * 16'777'619U;
  }
  return (hash ^ hash >> 24U) & 0xFFFFFFU;
}

}  // namespace wsproof::conformance
