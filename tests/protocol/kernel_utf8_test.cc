// SPDX-License-Identifier: Apache-2.0
// Every kernel's UTF-8 validation against the scalar reference, which utf8_test.cc holds against a
// list of all code points.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "server/protocol/kernel.h"
#include "server/protocol/utf8.h"
#include "tests/support/code_points.h"
#include "tests/support/exact_buffer.h"
#include "tests/support/hex.h"

namespace wsproof {
namespace {

using test::ExactBuffer;
using test::hex;
using test::to_hex;

struct Answer {
  std::optional<std::size_t> bad;
  bool complete = false;

  bool operator==(const Answer&) const = default;
};

// In pieces of `cut` octets, each in a block of exactly its size.
Answer answer(std::string_view text, std::size_t cut = ~std::size_t{0}) {
  Utf8Validator validator;
  for (std::size_t at = 0; at < text.size();) {
    const ExactBuffer piece(text.substr(at, cut));
    if (const auto bad = validator.push(piece.bytes())) return {at + *bad, false};
    at += piece.size();
  }
  return {std::nullopt, validator.complete()};
}

class KernelUtf8 : public testing::TestWithParam<Kernel> {
 protected:
  ~KernelUtf8() override { EXPECT_TRUE(force_kernel("")); }

  // Whole.
  static void expect_same(std::string_view text) {
    ASSERT_TRUE(force_kernel("scalar"));
    const Answer expected = answer(text);
    ASSERT_TRUE(force_kernel(GetParam().name));
    ASSERT_EQ(answer(text), expected) << to_hex(text);
  }

  // Whole and in pieces.
  static void compare(std::string_view text) {
    ASSERT_NO_FATAL_FAILURE(expect_same(text));
    const Answer expected = answer(text);
    for (const std::size_t cut : {3U, 33U, 64U, 131U}) {
      ASSERT_EQ(answer(text, cut), expected) << "in pieces of " << cut << ": " << to_hex(text);
    }
    expect_boundary(text);
  }

  // What is skipped is valid, and ends between two code points.
  static void expect_boundary(std::string_view text) {
    const ExactBuffer exact(text);
    const std::size_t skipped = GetParam().skip_valid_utf8(exact.bytes());
    ASSERT_LE(skipped, text.size());
    ASSERT_TRUE(force_kernel("scalar"));
    ASSERT_EQ(answer(text.substr(0, skipped)), (Answer{std::nullopt, true})) << to_hex(text);
  }
};

INSTANTIATE_TEST_SUITE_P(All, KernelUtf8, testing::ValuesIn(kernels().begin(), kernels().end()),
                         [](const auto& test) { return std::string(test.param.name); });

constexpr const char* kFillers[] = {"a", "\xC3\xA4", "\xE4\xB8\xAD", "\xF0\x9F\x98\x80",
                                    "plain \xC3\xA9\xE2\x82\xAC"};

// Not valid, or valid and close to what is not.
constexpr const char* kPieces[] = {
    "80",          "bf",          "c0 80",       "c1 bf",         "c2 80",       "df bf",
    "c3",          "c3 28",       "c3 a4 a4",    "e0 9f bf",      "e0 a0 80",    "e2 82",
    "e2 82 28",    "e2 28 a1",    "ed 9f bf",    "ed a0 80",      "ee 80 80",    "ef bf bf",
    "ef bf bf 80", "f0 8f bf bf", "f0 90 80 80", "f0 90 8c",      "f0 90 8c 28", "f0 90 28 bc",
    "f0 90",       "f3 bf bf bf", "f4 8f bf bf", "f4 90 80 80",   "f5 80 80 80", "f7 bf bf bf",
    "f8 88 80 80", "fe",          "ff",          "f0 9f 98 80 80"};

// At every place of a vector and of a block of vectors, at the end and before more.
TEST_P(KernelUtf8, AgreesOnEveryKindOfFaultAtEveryPlace) {
  for (const char* const filler : kFillers) {
    std::string before;
    while (before.size() <= 280) {
      for (const char* const piece : kPieces) {
        const std::string text = before + hex(piece);
        ASSERT_NO_FATAL_FAILURE(expect_same(text));
        ASSERT_NO_FATAL_FAILURE(expect_same(text + std::string(70, 'z')));
      }
      before += filler;
    }
  }
}

std::string random_text(std::mt19937& random, std::size_t pieces) {
  std::string text;
  for (; pieces > 0; --pieces) {
    const std::string_view filler = kFillers[random() % std::size(kFillers)];
    for (std::size_t times = random() % 60; times > 0; --times) text += filler;
  }
  return text;
}

TEST_P(KernelUtf8, AgreesOnRandomTextThatIsSpoiltInAFewPlaces) {
  std::mt19937 random(3629);
  for (int round = 0; round < 4000; ++round) {
    std::string text = random_text(random, 1 + random() % 6);
    if (text.empty()) continue;
    for (std::size_t spoilt = random() % 3; spoilt > 0; --spoilt) {
      char& octet = text[random() % text.size()];
      octet = static_cast<char>(random() % 2 == 0 ? random() : random() | 0x80U);
    }
    if (random() % 4 == 0) text.pop_back();
    ASSERT_NO_FATAL_FAILURE(compare(text));
  }
}

TEST_P(KernelUtf8, AgreesOnRandomOctetsBehindValidText) {
  std::mt19937 random(10646);
  for (int round = 0; round < 4000; ++round) {
    std::string text = random_text(random, 1 + random() % 3);
    for (std::size_t octets = random() % 40; octets > 0; --octets) {
      text.push_back(static_cast<char>(random() % 4 == 0 ? random() : random() | 0x80U));
    }
    text += random_text(random, random() % 2);
    ASSERT_NO_FATAL_FAILURE(compare(text));
  }
}

// To pass over less would be right, since what is left is looked at octet by octet, and slow. Valid
// text of 32 octets and more is left to no kernel with vectors but a short open end; "words" leaves
// fewer than eight octets.
TEST_P(KernelUtf8, PassesOverAllThatIsValid) {
  if (GetParam().name == "scalar") return;
  const std::size_t most = GetParam().name == "words" ? 7 : 0;
  const auto expect_passed = [most](const std::string& text) {
    const ExactBuffer exact(text);
    const std::size_t passed = GetParam().skip_valid_utf8(exact.bytes());
    ASSERT_LE(passed, text.size());
    ASSERT_LE(text.size() - passed, text.size() < 32 ? 7 : most) << to_hex(text);
  };
  // Each first octet with each high half of the second.
  for (std::uint32_t code = 0; code <= test::kLastCodePoint; code += code < 0x1000 ? 16 : 1024) {
    if (test::is_surrogate(code)) continue;
    for (const std::uint32_t one : {code, code + 15}) {
      const std::string octets = test::encode_code_point(one);
      // Octets of ASCII with each high half, one beside the other.
      const std::string pair = octets + "\x09\x08\x1F\x1E '09AOPZ`oqz" + octets;
      std::string text;
      for (std::size_t size = 0; size < 3 * 64; ++size) text += pair;
      ASSERT_NO_FATAL_FAILURE(expect_passed(text));
    }
  }
  for (const char* const filler : kFillers) {
    std::string text;
    for (int size = 0; size < 600; ++size) {
      ASSERT_NO_FATAL_FAILURE(expect_passed(text));
      ASSERT_NO_FATAL_FAILURE(expect_passed(std::string(130, 'a') + text));
      ASSERT_NO_FATAL_FAILURE(expect_passed(text + std::string(300, 'a') + text));
      text += filler;
    }
  }
}

// All pairs of octets, such that the kernel's tables are walked in full.
TEST_P(KernelUtf8, AgreesOnEveryPairOfOctetsWithinText) {
  for (const std::string_view before : {"", "\xE2", "\xF0\x90", "\xF4\x80"}) {
    for (unsigned first = 0; first <= 0xFF; ++first) {
      for (unsigned second = 0; second <= 0xFF; ++second) {
        std::string text(129, 'a');
        text += before;
        text += {static_cast<char>(first), static_cast<char>(second)};
        text += std::string(130, 'b');
        ASSERT_NO_FATAL_FAILURE(expect_same(text));
      }
    }
  }
}

}  // namespace
}  // namespace wsproof
