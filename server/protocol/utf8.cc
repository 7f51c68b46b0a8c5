// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/utf8.h"

#include <array>
#include <cstring>

namespace wsproof {
namespace {

// What may come next. A boundary is 0: complete() relies on it.
enum State : std::uint8_t {
  kBoundary,
  kLast,       // one continuation octet
  kLastTwo,    // two
  kLastThree,  // three
  kAfterE0,    // two, the first from A0: below would be an overlong form
  kAfterEd,    // two, the first up to 9F: above would be a surrogate
  kAfterF0,    // three, the first from 90: below would be an overlong form
  kAfterF4,    // three, the first up to 8F: above would be beyond U+10FFFF
  kFailed,
};

// RFC 3629 4, its grammar as a table: the state after the first octet of a code point.
constexpr std::array<std::uint8_t, 256> kAfterFirst = [] {
  std::array<std::uint8_t, 256> after{};
  for (std::size_t octet = 0; octet < after.size(); ++octet) {
    after[octet] = octet <= 0x7F   ? kBoundary
                   : octet < 0xC2  ? kFailed  // C0 and C1: overlong forms only
                   : octet <= 0xDF ? kLast
                   : octet == 0xE0 ? kAfterE0
                   : octet == 0xED ? kAfterEd
                   : octet <= 0xEF ? kLastTwo
                   : octet == 0xF0 ? kAfterF0
                   : octet <= 0xF3 ? kLastThree
                   : octet == 0xF4 ? kAfterF4
                                   : kFailed;
  }
  return after;
}();

struct Expected {
  std::uint8_t low;
  std::uint8_t high;
  std::uint8_t next;
};

constexpr std::array<Expected, 9> kExpected{{
    {0x00, 0x7F, kBoundary},  // not asked for
    {0x80, 0xBF, kBoundary},
    {0x80, 0xBF, kLast},
    {0x80, 0xBF, kLastTwo},
    {0xA0, 0xBF, kLast},
    {0x80, 0x9F, kLast},
    {0x90, 0xBF, kLastTwo},
    {0x80, 0x8F, kLastTwo},
    {0xFF, 0x00, kFailed},  // nothing is between these
}};

std::uint8_t step(std::uint8_t state, std::uint8_t octet) {
  if (state == kBoundary) return kAfterFirst[octet];
  const Expected& expected = kExpected[state];
  if (octet < expected.low || octet > expected.high) return kFailed;
  return expected.next;
}

template <typename Word>
Word load(const std::uint8_t* from) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

constexpr std::uint64_t kTopBits = 0x8080808080808080U;

bool is_continuation(std::uint8_t octet) { return (octet & 0xC0U) == 0x80; }

// How many octets the valid code point at `at` takes; 0 where it is not valid. Four octets can be
// read there.
std::size_t code_point_size(const std::uint8_t* at) {
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

// Passes over whole valid code points from a boundary on, many octets at a time, and says where it
// stopped: at a boundary again, near the end or at a code point that is not valid. It never has to
// know which octet is at fault; step() finds that out from there.
std::size_t skip_valid(const std::uint8_t* data, std::size_t size) {
  std::size_t at = 0;
  while (size - at >= 8) {
    if ((load<std::uint64_t>(data + at) & kTopBits) == 0) {
      at += 8;
      while (size - at >= 32 &&
             ((load<std::uint64_t>(data + at) | load<std::uint64_t>(data + at + 8) |
               load<std::uint64_t>(data + at + 16) | load<std::uint64_t>(data + at + 24)) &
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
  // The last few, with what is known to be valid before them: most short texts end here.
  if (size >= 8 && (load<std::uint64_t>(data + size - 8) & kTopBits) == 0) return size;
  return at;
}

}  // namespace

std::optional<std::size_t> Utf8Validator::push(Bytes piece) {
  std::size_t at = 0;
  // The code point that the piece before left open.
  for (; state_ != kBoundary && at < piece.size(); ++at) {
    state_ = step(state_, piece[at]);
    if (state_ == kFailed) return at;
  }
  if (state_ != kBoundary) return std::nullopt;
  at += skip_valid(piece.data() + at, piece.size() - at);
  std::uint8_t state = kBoundary;
  for (; at < piece.size(); ++at) {
    state = step(state, piece[at]);
    if (state == kFailed) break;
  }
  state_ = state;
  if (state == kFailed) return at;
  return std::nullopt;
}

std::optional<std::size_t> find_invalid_utf8(Bytes text) {
  Utf8Validator validator;
  if (const auto bad = validator.push(text)) return bad;
  if (!validator.complete()) return text.size();
  return std::nullopt;
}

}  // namespace wsproof
