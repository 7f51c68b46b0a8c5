// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

/// UTF-8 eight octets at a time, as every processor can.
namespace wsproof::words {

/// The top bits of octets that are ASCII are 0.
inline constexpr std::uint64_t kTopBits = 0x8080808080808080U;

inline std::uint64_t load_word(const std::uint8_t* from) {
  std::uint64_t word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

inline bool is_continuation(std::uint8_t octet) { return (octet & 0xC0U) == 0x80; }

/// How many octets the valid code point at `at` takes; 0 where it is not valid. Four octets can be
/// read there.
inline std::size_t code_point_size(const std::uint8_t* at) {
  const std::uint8_t first = at[0];
  if (first < 0x80) return 1;
  if (!is_continuation(at[1])) return 0;
  if (first < 0xE0) return first >= 0xC2 ? 2 : 0;
  if (!is_continuation(at[2])) return 0;
  if (first < 0xF0) {
    const unsigned code = (first & 0x0FU) << 12U | (at[1] & 0x3FU) << 6U;
    return code >= 0x800 && (code & 0xF800U) != 0xD800 ? 3 : 0;
  }
  if (!is_continuation(at[3])) return 0;
  const unsigned code = (first & 0x0FU) << 18U | (at[1] & 0x3FU) << 12U;
  return code >= 0x10000 && code <= 0x10FFFF ? 4 : 0;
}

/// Passes over whole valid code points and says where it stopped: at a boundary near the end, or at
/// a code point that is not valid. It never has to know which octet is at fault.
inline std::size_t skip_valid_utf8(const std::uint8_t* data, std::size_t size) {
  std::size_t at = 0;
  while (size - at >= 8) {
    if ((load_word(data + at) & kTopBits) == 0) {
      at += 8;
      while (size - at >= 32 && ((load_word(data + at) | load_word(data + at + 8) |
                                  load_word(data + at + 16) | load_word(data + at + 24)) &
                                 kTopBits) == 0) {
        at += 32;
      }
      continue;
    }
    // Somewhere in these eight: at most this many code points before ASCII is looked for again.
    for (const std::size_t end = at + 4; at <= end;) {
      const std::size_t code_point = code_point_size(data + at);
      if (code_point == 0) return at;
      at += code_point;
    }
  }
  // The last few, with what is known to be valid before them.
  if (size >= 8 && (load_word(data + size - 8) & kTopBits) == 0) return size;
  return at;
}

/// Whether the text is ASCII of 8 to 32 octets, as most short texts are. False says nothing.
inline bool is_short_ascii(const std::uint8_t* data, std::size_t size) {
  if (size - 8 > 24) return false;
  std::uint64_t any = load_word(data) | load_word(data + size - 8);
  if (size > 16) any |= load_word(data + 8) | load_word(data + size - 16);
  return (any & kTopBits) == 0;
}

}  // namespace wsproof::words
