// SPDX-License-Identifier: Apache-2.0
#include "server/app/units.h"

#include <gtest/gtest.h>

#include <string>

namespace wsproof {
namespace {

using std::chrono::milliseconds;

TEST(UnitsTest, ReadsSizes) {
  EXPECT_EQ(parse_size("0"), 0U);
  EXPECT_EQ(parse_size("512"), 512U);
  EXPECT_EQ(parse_size("64k"), 65536U);
  EXPECT_EQ(parse_size("64K"), 65536U);
  EXPECT_EQ(parse_size("16m"), 16U * 1024 * 1024);
  EXPECT_EQ(parse_size("18446744073709551615"), 18446744073709551615U);
}

TEST(UnitsTest, RefusesWhatIsNoSize) {
  for (const std::string text : {"", "k", "m", "-1", "+1", " 1", "1 ", "1.5k", "1kk", "1g", "0x10",
                                 "18446744073709551616", "18446744073709551615k"}) {
    EXPECT_FALSE(parse_size(text)) << text;
  }
}

TEST(UnitsTest, ReadsDurations) {
  EXPECT_EQ(parse_duration("0"), milliseconds(0));
  EXPECT_EQ(parse_duration("10"), milliseconds(10'000));
  EXPECT_EQ(parse_duration("10s"), milliseconds(10'000));
  EXPECT_EQ(parse_duration("500ms"), milliseconds(500));
  EXPECT_EQ(parse_duration("2.5"), milliseconds(2'500));
  EXPECT_EQ(parse_duration("2.05s"), milliseconds(2'050));
  EXPECT_EQ(parse_duration("0.001s"), milliseconds(1));
}

TEST(UnitsTest, RefusesWhatIsNoDuration) {
  for (const std::string text : {"", "s", "ms", "-1", "1h", "1m", "1.5ms", "1.", ".5", "1.2345",
                                 "1..2", "1 s", "99999999999999999999", "31536001"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(UnitsTest, ReadsNumbersInTheirBounds) {
  EXPECT_EQ(parse_number("8", 8, 15), 8U);
  EXPECT_EQ(parse_number("15", 8, 15), 15U);
  EXPECT_FALSE(parse_number("7", 8, 15));
  EXPECT_FALSE(parse_number("16", 8, 15));
  EXPECT_FALSE(parse_number("", 0, 15));
  EXPECT_FALSE(parse_number("8x", 8, 15));
}

}  // namespace
}  // namespace wsproof
