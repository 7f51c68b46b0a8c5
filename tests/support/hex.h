// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "server/protocol/bytes.h"

namespace wsproof::test {

/// The octets that pairs of hexadecimal digits stand for; blanks between pairs are for the eye:
/// hex("81 05") or hex("8105"). Anything else throws, since it is a slip in the test.
[[nodiscard]] inline std::string hex(std::string_view digits) {
  const auto value = [digits](char c) -> unsigned {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    throw std::invalid_argument("not hexadecimal: " + std::string(digits));
  };
  std::string octets;
  for (std::size_t at = 0; at < digits.size();) {
    if (digits[at] == ' ' || digits[at] == '\n') {
      ++at;
      continue;
    }
    if (at + 1 == digits.size()) {
      throw std::invalid_argument("half an octet: " + std::string(digits));
    }
    octets.push_back(static_cast<char>(value(digits[at]) << 4U | value(digits[at + 1])));
    at += 2;
  }
  return octets;
}

/// "81 05 48", for messages and expected values that a person can read.
[[nodiscard]] inline std::string to_hex(Bytes octets) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t octet : octets) {
    if (!text.empty()) text.push_back(' ');
    text.push_back(kDigits[octet >> 4U]);
    text.push_back(kDigits[octet & 15U]);
  }
  return text;
}
[[nodiscard]] inline std::string to_hex(std::string_view octets) {
  return to_hex(as_bytes(octets));
}

}  // namespace wsproof::test
