// SPDX-License-Identifier: Apache-2.0
// Eight octets at a time. What this passes over too little is looked at octet by octet, which is
// right and slow: here is seen that it is not done.
#include "server/protocol/utf8_words.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>

#include "tests/support/code_points.h"
#include "tests/support/exact_buffer.h"

namespace wsproof {
namespace {

using test::encode_code_point;
using test::ExactBuffer;

// Of the code point that the octets begin with; four of them can be read, whatever there is.
std::size_t code_point_size(std::string octets) {
  octets.resize(4, 'x');
  return words::code_point_size(ExactBuffer(octets).bytes().data());
}

TEST(Utf8Words, KnowsTheSizeOfEveryCodePoint) {
  for (std::uint32_t code = 0; code <= test::kLastCodePoint; ++code) {
    const std::string octets = encode_code_point(code);
    ASSERT_EQ(code_point_size(octets), test::is_surrogate(code) ? 0 : octets.size()) << code;
  }
}

TEST(Utf8Words, KnowsOctetsThatNoCodePointBeginsWith) {
  for (unsigned first = 0x80; first <= 0xFF; ++first) {
    if (first >= 0xC2 && first <= 0xF4) continue;
    const std::string octets{static_cast<char>(first), '\xBF', '\xBF', '\xBF'};
    EXPECT_EQ(code_point_size(octets), 0U) << first;
  }
}

TEST(Utf8Words, WantsEachContinuation) {
  for (const std::uint32_t code : {0x80U, 0x7FFU, 0x800U, 0xFFFFU, 0x10000U, 0x10FFFFU}) {
    const std::string good = encode_code_point(code);
    for (std::size_t place = 1; place < good.size(); ++place) {
      for (const char other : {'\0', '\x7F', '\xC0', '\xFF'}) {
        std::string bad = good;
        bad[place] = other;
        EXPECT_EQ(code_point_size(bad), 0U) << code << " at " << place;
      }
    }
  }
}

TEST(Utf8Words, PassesOverAsciiToItsEnd) {
  for (std::size_t size = 8; size <= 200; ++size) {
    const ExactBuffer text(std::string(size, '\x7F'));
    EXPECT_EQ(words::skip_valid_utf8(text.bytes().data(), size), size);
  }
}

TEST(Utf8Words, LeavesFewerThanEightOctetsOfValidText) {
  for (const std::uint32_t code : {0x80U, 0x7FFU, 0x800U, 0xFFFFU, 0x10000U, 0x10FFFFU}) {
    std::string text;
    for (std::size_t count = 0; count < 100; ++count) {
      const ExactBuffer exact(text);
      const std::size_t passed = words::skip_valid_utf8(exact.bytes().data(), exact.size());
      EXPECT_LE(passed, exact.size());
      EXPECT_LT(exact.size() - passed, 8U) << code;
      text += encode_code_point(code) + std::string(count % 11, 'a');
    }
  }
}

TEST(Utf8Words, PassesOverWhatIsBehindItWhereTheEndIsAscii) {
  const std::string text = "\xF0\x9F\x98\x80\xF0\x9F\x98\x80 12345678";
  EXPECT_EQ(words::skip_valid_utf8(ExactBuffer(text).bytes().data(), text.size()), text.size());
}

TEST(Utf8Words, KnowsShortAscii) {
  for (std::size_t size = 0; size <= 64; ++size) {
    const bool is_short = size >= 8 && size <= 32;
    std::string text(size, '\x7F');
    EXPECT_EQ(words::is_short_ascii(ExactBuffer(text).bytes().data(), size), is_short) << size;
    for (char& octet : text) {
      octet = '\x80';
      EXPECT_FALSE(words::is_short_ascii(ExactBuffer(text).bytes().data(), size)) << size;
      octet = '\0';
    }
  }
}

}  // namespace
}  // namespace wsproof
