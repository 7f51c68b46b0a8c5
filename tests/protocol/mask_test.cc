// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/mask.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/counting_random.h"
#include "tests/support/exact_buffer.h"
#include "tests/support/hex.h"

namespace wsproof {
namespace {

using test::ExactBuffer;
using test::to_hex;

constexpr MaskingKey kKey = {0x37, 0xfa, 0x21, 0x3d};

using MaskFunction = void (*)(MutableBytes, MaskingKey, std::size_t);

struct Implementation {
  const char* name;
  MaskFunction mask;
};

class MaskTest : public testing::TestWithParam<Implementation> {
 protected:
  static std::string masked(const std::string& text, std::size_t offset = 0) {
    ExactBuffer buffer(text);
    GetParam().mask(buffer.bytes(), kKey, offset);
    return std::string(buffer.text());
  }
};

INSTANTIATE_TEST_SUITE_P(Implementations, MaskTest,
                         testing::Values(Implementation{"fastest", mask},
                                         Implementation{"scalar", scalar::mask}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(MaskTest, MasksTheExampleOfTheRfc) {
  EXPECT_EQ(to_hex(masked("Hello")), "7f 9f 4d 51 58");  // §5.7
}

TEST_P(MaskTest, UnmasksByMaskingAgain) {
  for (std::size_t size = 0; size < 70; ++size) {
    const std::string text(size, 'w');
    EXPECT_EQ(masked(masked(text)), text);
  }
}

TEST_P(MaskTest, LeavesNothingAsNothing) {
  EXPECT_EQ(masked(""), "");
  GetParam().mask({}, kKey, 3);
}

TEST_P(MaskTest, BeginsTheKeyWhereTheOffsetSays) {
  const std::string zeros(9, '\0');
  EXPECT_EQ(to_hex(masked(zeros, 0)), "37 fa 21 3d 37 fa 21 3d 37");
  EXPECT_EQ(to_hex(masked(zeros, 1)), "fa 21 3d 37 fa 21 3d 37 fa");
  EXPECT_EQ(to_hex(masked(zeros, 2)), "21 3d 37 fa 21 3d 37 fa 21");
  EXPECT_EQ(to_hex(masked(zeros, 3)), "3d 37 fa 21 3d 37 fa 21 3d");
  EXPECT_EQ(masked(zeros, 4), masked(zeros, 0));
}

TEST_P(MaskTest, GivesInPiecesWhatItGivesWhole) {
  std::string text;
  for (int at = 0; at < 61; ++at) text.push_back(static_cast<char>(at * 7));
  const std::string whole = masked(text);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(masked(text.substr(0, cut)) + masked(text.substr(cut), cut), whole) << cut;
  }
}

// Every length up to where all paths have been walked several times, then some on both sides of the
// sizes at which a faster way would begin.
std::vector<std::size_t> lengths() {
  std::vector<std::size_t> all;
  for (std::size_t length = 0; length <= 160; ++length) all.push_back(length);
  for (const std::size_t near : {256U, 512U, 1000U, 1024U, 4096U, 65536U}) {
    for (std::size_t length = near - 2; length <= near + 2; ++length) all.push_back(length);
  }
  return all;
}

// Octets that differ from their neighbours, so that a shifted result is another result.
ExactBuffer pattern(std::size_t size) {
  ExactBuffer buffer(size);
  std::uint32_t state = 12345;
  for (std::uint8_t& octet : buffer.bytes()) {
    state = state * 1664525U + 1013904223U;
    octet = static_cast<std::uint8_t>(state >> 24U);
  }
  return buffer;
}

TEST(MaskDifferential, InPlaceAgreesWithTheScalarReferenceAtEveryAlignment) {
  for (const std::size_t length : lengths()) {
    // The data ends with its block, and `before` octets in front of it must stay as they are.
    for (std::size_t before = 0; before < 16; ++before) {
      for (std::size_t offset = 0; offset < 4; ++offset) {
        ExactBuffer expected = pattern(before + length);
        ExactBuffer actual = pattern(before + length);
        scalar::mask(expected.bytes().subspan(before), kKey, offset);
        mask(actual.bytes().subspan(before), kKey, offset);
        ASSERT_EQ(actual.text(), expected.text())
            << "length " << length << ", alignment " << before << ", offset " << offset;
      }
    }
  }
}

TEST(MaskDifferential, CopyAgreesWithTheScalarReferenceAtEveryAlignment) {
  for (const std::size_t length : lengths()) {
    for (std::size_t before = 0; before < 8; ++before) {
      const std::size_t offset = (length + before) % 4;
      const ExactBuffer source = pattern(before + length);
      ExactBuffer expected = pattern(before + length);
      ExactBuffer target(length);
      scalar::mask(expected.bytes().subspan(before), kKey, offset);
      mask_copy(target.bytes(), source.bytes().subspan(before), kKey, offset);
      ASSERT_EQ(target.text(), expected.text().substr(before))
          << "length " << length << ", alignment " << before;
      ASSERT_EQ(source.text(), pattern(before + length).text()) << "the source has changed";
    }
  }
}

TEST(MaskDifferential, TouchesNothingBehindTheData) {
  for (std::size_t length = 0; length < 40; ++length) {
    ExactBuffer buffer = pattern(length + 16);
    const ExactBuffer before = pattern(length + 16);
    mask(buffer.bytes().first(length), kKey, 1);
    EXPECT_EQ(buffer.text().substr(length), before.text().substr(length)) << length;
  }
}

TEST(MaskDifferential, TakesOffsetsOfAnySize) {
  for (const std::size_t offset : {std::size_t{5}, std::size_t{0xFFFF'FFFF}, ~std::size_t{0}}) {
    ExactBuffer expected = pattern(3);
    ExactBuffer actual = pattern(3);
    scalar::mask(expected.bytes(), kKey, offset % 4);
    mask(actual.bytes(), kKey, offset);
    EXPECT_EQ(actual.text(), expected.text()) << offset;
  }
}

TEST(MaskingKeys, ComeFromASourceInTheOrderOfTheWire) {
  test::CountingRandom random;
  MaskingKey key{};
  random.fill(key);
  ExactBuffer zeros(4);
  mask(zeros.bytes(), key);
  EXPECT_EQ(to_hex(zeros.text()), "00 01 02 03");
}

}  // namespace
}  // namespace wsproof
