// SPDX-License-Identifier: Apache-2.0
#include "fuzz/support/naive_utf8.h"

#include <array>
#include <cstdint>

namespace wsproof::fuzz {
namespace {

struct Range {
  std::uint32_t first, last;
};
// RFC 3629 4, by the number of octets that follow the first; surrogates are left out.
constexpr std::array<Range, 1> kNoneFollows{{{0, 0x7F}}};
constexpr std::array<Range, 1> kOneFollows{{{0x80, 0x7FF}}};
constexpr std::array<Range, 2> kTwoFollow{{{0x800, 0xD7FF}, {0xE000, 0xFFFF}}};
constexpr std::array<Range, 1> kThreeFollow{{{0x10000, 0x10FFFF}}};

template <typename Ranges>
bool meets(const Ranges& ranges, std::uint32_t low, std::uint32_t high) {
  bool any = false;
  for (const Range& range : ranges) any = any || (low <= range.last && high >= range.first);
  return any;
}

// Whether some allowed code point begins with a first octet that `following` octets follow, of
// which `missing` are not known yet and the others make up `bits`.
bool is_possible(unsigned following, unsigned missing, std::uint32_t bits) {
  const std::uint32_t low = bits << (6 * missing);
  const std::uint32_t high = low + (std::uint32_t{1} << (6 * missing)) - 1;
  switch (following) {
    case 0:
      return meets(kNoneFollows, low, high);
    case 1:
      return meets(kOneFollows, low, high);
    case 2:
      return meets(kTwoFollow, low, high);
    default:
      return meets(kThreeFollow, low, high);
  }
}

}  // namespace

std::optional<std::size_t> find_invalid_utf8_naively(Bytes text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::uint32_t first = text[at];
    unsigned following = 0;
    std::uint32_t bits = first;
    if (first >= 0xF8 || (first >= 0x80 && first < 0xC0)) return at;
    if (first >= 0xF0) {
      following = 3;
      bits = first - 0xF0;
    } else if (first >= 0xE0) {
      following = 2;
      bits = first - 0xE0;
    } else if (first >= 0xC0) {
      following = 1;
      bits = first - 0xC0;
    }
    if (!is_possible(following, following, bits)) return at;
    ++at;
    for (unsigned missing = following; missing-- > 0; ++at) {
      if (at == text.size()) return at;
      if (text[at] < 0x80 || text[at] > 0xBF) return at;
      bits = bits * 64 + (text[at] - 0x80U);
      if (!is_possible(following, missing, bits)) return at;
    }
  }
  return std::nullopt;
}

}  // namespace wsproof::fuzz
