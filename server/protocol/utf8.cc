// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/utf8.h"

#include <array>

#include "server/protocol/kernel.h"

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

}  // namespace

std::optional<std::size_t> Utf8Validator::push(Bytes piece) {
  std::size_t at = 0;
  // The code point that the piece before left open.
  for (; state_ != kBoundary && at < piece.size(); ++at) {
    state_ = step(state_, piece[at]);
    if (state_ == kFailed) return at;
  }
  if (state_ != kBoundary) return std::nullopt;
  // In bulk. It never knows which octet is at fault; step() finds that out from where it stopped.
  at += kernel().skip_valid_utf8(piece.subspan(at));
  std::uint8_t state = kBoundary;
  for (; at < piece.size(); ++at) {
    state = step(state, piece[at]);
    if (state == kFailed) break;
  }
  state_ = state;
  if (state == kFailed) return at;
  return std::nullopt;
}

std::optional<std::size_t> detail::find_invalid_utf8_by_kernel(Bytes text) {
  Utf8Validator validator;
  if (const auto bad = validator.push(text)) return bad;
  if (!validator.complete()) return text.size();
  return std::nullopt;
}

}  // namespace wsproof
