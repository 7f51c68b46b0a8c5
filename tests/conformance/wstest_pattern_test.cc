// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "conformance/app/wstest/pattern.h"

namespace wsproof::conformance::wstest {
namespace {

TEST(WstestPattern, WithoutAStarIsExact) {
  EXPECT_TRUE(names_case("1.1.1", "1.1.1"));
  EXPECT_FALSE(names_case("1.1.1", "1.1.10"));
  EXPECT_FALSE(names_case("1.1", "1.1.1"));
  EXPECT_FALSE(names_case("1?1.1", "1.1.1"));
  EXPECT_FALSE(names_case("1.1.", "1.1.1"));
}

TEST(WstestPattern, WithAStarIsAnchoredAtItsStartOnly) {
  EXPECT_TRUE(names_case("*", "6.4.1"));
  EXPECT_TRUE(names_case("9.*", "9.1.1"));
  EXPECT_FALSE(names_case("9.*", "19.1.1"));
  EXPECT_TRUE(names_case("1*", "12.1.1"));
  EXPECT_TRUE(names_case("7.*.1", "7.3.10"));
  EXPECT_TRUE(names_case("7.*.1", "7.1.1"));
  EXPECT_TRUE(names_case("*.1", "7.1.2"));
  EXPECT_FALSE(names_case("*.7", "6.4.1"));
  // A dot is a dot.
  EXPECT_FALSE(names_case("1.*", "12"));
}

TEST(WstestPattern, EmptyNamesNothing) {
  EXPECT_FALSE(names_case("", "1.1.1"));
  EXPECT_FALSE(names_case("", ""));
  EXPECT_FALSE(matches_whole("", ""));
}

TEST(WstestPattern, AgentGlobsAreAnchoredAtBothEnds) {
  EXPECT_TRUE(matches_whole("Chrome*", "Chrome/20"));
  EXPECT_FALSE(matches_whole("Chrome", "Chrome/20"));
  EXPECT_FALSE(matches_whole("*Chrome", "Chrome/20"));
  EXPECT_TRUE(matches_whole("*/2*", "Chrome/20"));
  EXPECT_FALSE(matches_whole("7.*.1", "7.3.10"));
  EXPECT_FALSE(matches_whole("a*b*c", "abcd"));
}

TEST(WstestPattern, ExcludesForAgents) {
  const AgentExclusions exclusions{{"Fire*", {"1.1.*", "9.*"}}, {"*", {"7.1.6"}}};
  EXPECT_TRUE(is_excluded(exclusions, "Firefox", "1.1.4"));
  EXPECT_TRUE(is_excluded(exclusions, "Chrome", "7.1.6"));
  EXPECT_FALSE(is_excluded(exclusions, "Chrome", "1.1.4"));
  EXPECT_FALSE(is_excluded(exclusions, "Firefox", "19.1"));
  EXPECT_FALSE(is_excluded({}, "Firefox", "1.1.4"));
}

}  // namespace
}  // namespace wsproof::conformance::wstest
