// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace wsproof::test {

inline constexpr std::uint32_t kLastCodePoint = 0x10FFFF;

/// Code points that are halves of UTF-16's pairs, and have no place in UTF-8.
inline bool is_surrogate(std::uint32_t code) { return code >= 0xD800 && code <= 0xDFFF; }

/// RFC 3629 3, by its table of bits; what may not be encoded as well.
inline std::string encode_code_point(std::uint32_t code) {
  std::string octets;
  const auto add = [&octets](std::uint32_t octet) { octets.push_back(static_cast<char>(octet)); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0 | code >> 6U);
    add(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    add(0xE0 | code >> 12U);
    add(0x80 | (code >> 6U & 0x3F));
    add(0x80 | (code & 0x3F));
  } else {
    add(0xF0 | code >> 18U);
    add(0x80 | (code >> 12U & 0x3F));
    add(0x80 | (code >> 6U & 0x3F));
    add(0x80 | (code & 0x3F));
  }
  return octets;
}

}  // namespace wsproof::test
