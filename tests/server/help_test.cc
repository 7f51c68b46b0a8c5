// SPDX-License-Identifier: Apache-2.0
#include "server/app/help.h"

#include <gtest/gtest.h>

#include <string>

namespace wsproof {
namespace {

TEST(HelpTest, LeavesLinesThatFitAsTheyAre) {
  for (const std::string text : {"", "\n", "one", "  one   two", "one\n  two\n\n\nthree\n"}) {
    EXPECT_EQ(wrapped(text, 20), text);
  }
}

TEST(HelpTest, BreaksWhatIsLongerAtBlanks) {
  EXPECT_EQ(wrapped("one two three", 7), "one two\nthree");
  EXPECT_EQ(wrapped("one two three", 6), "one\ntwo\nthree");
  EXPECT_EQ(wrapped("  one two\nthree four", 9), "  one two\nthree\nfour");
}

TEST(HelpTest, GivesALongWordALineOfItsOwn) {
  EXPECT_EQ(wrapped("one interminable two", 5), "one\ninterminable\ntwo");
}

TEST(HelpTest, IndentsAllLinesButTheFirst) {
  EXPECT_EQ(wrapped("one two\nthree", 5, 2), "one\n  two\n  three");
  EXPECT_EQ(wrapped("one\n\ntwo\n", 5, 2), "one\n\n  two\n");
}

}  // namespace
}  // namespace wsproof
