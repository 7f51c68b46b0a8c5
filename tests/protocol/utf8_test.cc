// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/utf8.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/code_points.h"
#include "tests/support/exact_buffer.h"
#include "tests/support/hex.h"
#include "tests/support/splits.h"

namespace wsproof {
namespace {

using test::encode_code_point;
using test::ExactBuffer;
using test::hex;
using test::is_surrogate;
using test::Pieces;
using test::to_hex;

// What is valid, without any knowledge of how to tell: a list of all code points as they are
// encoded, and of everything that one of them begins with.
class Naive {
 public:
  static const Naive& instance() {
    static const Naive naive;
    return naive;
  }

  // The first octet after which no valid text can be had any more; the size for a text that ends
  // inside a code point.
  [[nodiscard]] std::optional<std::size_t> first_bad(std::string_view text) const {
    std::size_t start = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
      const std::uint64_t octets = number(text.substr(start, at + 1 - start));
      if (contains(whole_, octets)) {
        start = at + 1;
      } else if (!contains(begun_, octets)) {
        return at;
      }
    }
    return start == text.size() ? std::nullopt : std::optional<std::size_t>(text.size());
  }

 private:
  Naive() {
    for (std::uint32_t code = 0; code <= 0x10FFFF; ++code) {
      if (is_surrogate(code)) continue;
      const std::string octets = encode_code_point(code);
      whole_.push_back(number(octets));
      for (std::size_t size = 1; size < octets.size(); ++size) {
        const std::uint64_t begun = number(std::string_view(octets).substr(0, size));
        if (begun_.empty() || begun_.back() != begun) begun_.push_back(begun);
      }
    }
    std::sort(whole_.begin(), whole_.end());
    std::sort(begun_.begin(), begun_.end());
  }

  // With its size in front, so that 00 and 00 00 are two numbers.
  static std::uint64_t number(std::string_view octets) {
    std::uint64_t value = octets.size();
    for (const char octet : octets) value = value << 8U | static_cast<std::uint8_t>(octet);
    return value;
  }
  static bool contains(const std::vector<std::uint64_t>& sorted, std::uint64_t value) {
    return std::binary_search(sorted.begin(), sorted.end(), value);
  }

  std::vector<std::uint64_t> whole_;
  std::vector<std::uint64_t> begun_;
};

// The same answer from pieces: the place of the first bad octet in the whole.
std::optional<std::size_t> first_bad_in(const Pieces& pieces) {
  Utf8Validator validator;
  std::size_t before = 0;
  for (const ExactBuffer& piece : pieces) {
    if (const auto bad = validator.push(piece.bytes())) return before + *bad;
    before += piece.size();
  }
  return validator.complete() ? std::nullopt : std::optional<std::size_t>(before);
}

std::optional<std::size_t> first_bad(std::string_view text) {
  return find_invalid_utf8(ExactBuffer(text).bytes());
}

void expect_valid(std::string_view text) {
  test::for_every_split(
      text, [](const Pieces& pieces) { EXPECT_EQ(first_bad_in(pieces), std::nullopt); });
}

// At every cut, alone and within ASCII that takes the fast path.
void expect_bad_at(std::string_view octets, std::size_t place) {
  const std::string text = hex(octets);
  for (const std::size_t before : {0U, 1U, 7U, 8U, 33U}) {
    SCOPED_TRACE(std::string(octets) + " behind " + std::to_string(before) + " of ASCII");
    const std::string whole = std::string(before, 'a') + text + std::string(9, 'z');
    test::for_every_split(
        whole, [&](const Pieces& pieces) { EXPECT_EQ(first_bad_in(pieces), before + place); });
  }
}

TEST(Utf8, TakesTextOfAllKinds) {
  expect_valid("");
  expect_valid("Hello");
  expect_valid(std::string_view("\0", 1));
  expect_valid("Hello-\xC2\xB5@\xC3\x9F\xC3\xB6\xC3\xA4\xC3\xBC\xC3\xA0\xC3\xA1-UTF-8!!");
  expect_valid("\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5");
  expect_valid("\xF0\x9F\x98\x80 \xE4\xB8\xAD\xE6\x96\x87 and plain words behind it, many of them");
  expect_valid("\xEF\xBB\xBF\xEF\xBF\xBE\xEF\xBF\xBF");  // a mark, two noncharacters: all valid
}

TEST(Utf8, FailsAtTheFirstOctetThatCannotBeRight) {
  expect_bad_at("80", 0);  // a continuation of nothing
  expect_bad_at("bf", 0);
  expect_bad_at("c0 80", 0);  // overlong in two: c0 and c1 are never right
  expect_bad_at("c1 bf", 0);
  expect_bad_at("e0 80 80", 1);  // overlong in three
  expect_bad_at("e0 9f bf", 1);
  expect_bad_at("ed a0 80", 1);     // the first surrogate
  expect_bad_at("ed bf bf", 1);     // the last
  expect_bad_at("f0 80 80 80", 1);  // overlong in four
  expect_bad_at("f0 8f bf bf", 1);
  expect_bad_at("f4 90 80 80", 1);  // one above U+10FFFF
  expect_bad_at("f5 80 80 80", 0);
  expect_bad_at("f8 88 80 80 80", 0);
  expect_bad_at("fe", 0);
  expect_bad_at("ff", 0);
  expect_bad_at("c3 28", 1);  // something else where a continuation belongs
  expect_bad_at("e2 28 a1", 1);
  expect_bad_at("e2 82 28", 2);
  expect_bad_at("f0 90 28 bc", 2);
  expect_bad_at("f0 90 8c 28", 3);
  expect_bad_at("c3 c3 a4", 1);
  expect_bad_at("ce ba e1 bd b9 cf 83 ce bc ce b5 ed a0 80 65 64", 12);
}

TEST(Utf8, SaysWhenTheTextEndsInsideACodePoint) {
  for (const char* octets : {"c3", "e2", "e2 82", "f0", "f0 90", "f0 90 8c", "f4 8f bf"}) {
    const std::string text = "begun " + hex(octets);
    Utf8Validator validator;
    EXPECT_EQ(validator.push(as_bytes(text)), std::nullopt) << octets;
    EXPECT_FALSE(validator.complete()) << octets;
    EXPECT_EQ(first_bad(text), text.size()) << octets;
  }
}

TEST(Utf8, BeginsAnewAfterReset) {
  Utf8Validator validator;
  EXPECT_TRUE(validator.complete());
  EXPECT_EQ(validator.push(as_bytes("\xE2\x82")), std::nullopt);
  validator.reset();
  EXPECT_TRUE(validator.complete());
  EXPECT_EQ(validator.push(as_bytes("\xFF")), 0U);
  EXPECT_FALSE(validator.complete());
  validator.reset();
  EXPECT_EQ(validator.push(as_bytes("fine")), std::nullopt);
  EXPECT_TRUE(validator.complete());
}

TEST(Utf8, StaysFailedUntilReset) {
  Utf8Validator validator;
  EXPECT_EQ(validator.push(as_bytes("ab\xFF")), 2U);
  EXPECT_EQ(validator.push(as_bytes("good")), 0U);
  EXPECT_EQ(validator.push({}), std::nullopt);
  EXPECT_FALSE(validator.complete());
}

TEST(Utf8, IsSmall) { EXPECT_EQ(sizeof(Utf8Validator), 1U); }

TEST(Utf8, TakesEveryCodePoint) {
  for (std::uint32_t code = 0; code <= 0x10FFFF; ++code) {
    if (is_surrogate(code)) continue;
    const std::string octets = encode_code_point(code);
    ASSERT_EQ(find_invalid_utf8(as_bytes(octets)), std::nullopt) << code;
    const std::string padded = octets + "12345678";  // long enough for the fast path
    ASSERT_EQ(find_invalid_utf8(as_bytes(padded)), std::nullopt) << code;
    Utf8Validator validator;
    for (std::size_t at = 0; at < octets.size(); ++at) {
      ASSERT_EQ(validator.push(as_bytes(octets).subspan(at, 1)), std::nullopt) << code;
      ASSERT_EQ(validator.complete(), at + 1 == octets.size()) << code;
    }
  }
}

TEST(Utf8, RefusesEverySurrogateAtItsSecondOctet) {
  for (std::uint32_t code = 0xD800; code <= 0xDFFF; ++code) {
    ASSERT_EQ(find_invalid_utf8(as_bytes(encode_code_point(code))), 1U) << code;
    ASSERT_EQ(find_invalid_utf8(as_bytes(encode_code_point(code) + "12345678")), 1U) << code;
  }
}

void compare(const std::string& octets) {
  const auto expected = Naive::instance().first_bad(octets);
  ASSERT_EQ(find_invalid_utf8(as_bytes(octets)), expected) << to_hex(octets);
  // Within ASCII there is always a next octet, so that a code point that is only begun is bad.
  const std::string padded = octets + "12345678";
  ASSERT_EQ(find_invalid_utf8(as_bytes(padded)), expected) << to_hex(padded);
}

constexpr std::uint8_t kEdges[] = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF};

TEST(Utf8Differential, AgreesOnEverySequenceOfOneAndTwo) {
  for (unsigned first = 0; first <= 0xFF; ++first) {
    compare({static_cast<char>(first)});
    for (unsigned second = 0; second <= 0xFF; ++second) {
      compare({static_cast<char>(first), static_cast<char>(second)});
    }
    if (HasFatalFailure()) return;
  }
}

TEST(Utf8Differential, AgreesOnSequencesOfThreeAndFourWithEveryBeginning) {
  for (unsigned first = 0xC0; first <= 0xFF; ++first) {
    for (unsigned second = 0; second <= 0xFF; ++second) {
      for (const std::uint8_t third : kEdges) {
        std::string octets = {static_cast<char>(first), static_cast<char>(second),
                              static_cast<char>(third)};
        compare(octets);
        if (first >= 0xEF && second >= 0x80 && second < 0xC0) {
          for (const std::uint8_t fourth : kEdges) {
            compare(octets + static_cast<char>(fourth));
          }
        }
      }
      if (HasFatalFailure()) return;
    }
  }
}

// Text of valid code points of all sizes, some of it spoilt in one octet, so that many lengths of
// valid text lie before what is wrong.
TEST(Utf8Differential, AgreesOnRandomTextAtRandomCuts) {
  std::mt19937 random(3629);
  const auto below = [&random](std::size_t end) { return random() % end; };
  constexpr std::uint32_t kEnds[] = {0x80, 0x80, 0x80, 0x800, 0x10000, 0x110000};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::size_t left = below(40); left > 0; --left) {
      const auto code = static_cast<std::uint32_t>(below(kEnds[below(std::size(kEnds))]));
      text += encode_code_point(is_surrogate(code) ? 'x' : code);
    }
    if (below(2) == 0 && !text.empty()) text[below(text.size())] = static_cast<char>(random());
    if (below(8) == 0 && !text.empty()) text.pop_back();
    const auto expected = Naive::instance().first_bad(text);
    ASSERT_EQ(first_bad(text), expected) << to_hex(text);
    Pieces pieces;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = std::min(text.size() - at, below(12));
      pieces.emplace_back(std::string_view(text).substr(at, size));
      at += size;
    }
    ASSERT_EQ(first_bad_in(pieces), expected) << to_hex(text);
  }
}

TEST(Utf8Differential, AgreesOnRandomOctets) {
  std::mt19937 random(10646);
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 24, '\0');
    // Mostly octets that begin or continue something; plain random ones fail too early.
    for (char& octet : text)
      octet = static_cast<char>(random() % 4 == 0 ? random() : random() | 0x80);
    ASSERT_EQ(first_bad(text), Naive::instance().first_bad(text)) << to_hex(text);
  }
}

// One bad octet in ASCII, at every place of texts on both sides of each width of the fast path.
TEST(Utf8, FindsTheOneBadOctetAtEveryPlaceOfAsciiText) {
  for (std::size_t size = 1; size <= 80; ++size) {
    for (std::size_t place = 0; place < size; ++place) {
      std::string text(size, 'a');
      text[place] = '\x80';
      ASSERT_EQ(first_bad(text), place) << size;
    }
    ASSERT_EQ(first_bad(std::string(size, 'a')), std::nullopt);
  }
}

}  // namespace
}  // namespace wsproof
