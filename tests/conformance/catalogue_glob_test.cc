// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "conformance/catalogue/glob.h"

namespace wsproof::conformance {
namespace {

TEST(Glob, without_a_star_is_the_text_itself) {
  EXPECT_TRUE(matches_glob("", ""));
  EXPECT_TRUE(matches_glob("1.2", "1.2"));
  EXPECT_FALSE(matches_glob("1.2", "1.20"));
  EXPECT_FALSE(matches_glob("1.20", "1.2"));
  EXPECT_FALSE(matches_glob("", "a"));
  EXPECT_FALSE(matches_glob("?", "a"));
  EXPECT_FALSE(matches_glob("[a]", "a"));
}

TEST(Glob, takes_any_text_for_a_star) {
  for (const char* pattern : {"*", "**", "a*", "*c", "a*c", "*b*", "a*b*c", "abc*", "*abc"}) {
    EXPECT_TRUE(matches_glob(pattern, "abc")) << pattern;
  }
  for (const char* pattern : {"b*", "*b", "*b*b*", "a*d", "abcd*", "*abcc"}) {
    EXPECT_FALSE(matches_glob(pattern, "abc")) << pattern;
  }
  EXPECT_TRUE(matches_glob("*", ""));
  EXPECT_FALSE(matches_glob("*a", ""));
}

TEST(Glob, tries_again_further_on) {
  EXPECT_TRUE(matches_glob("*ab", "aab"));
  EXPECT_TRUE(matches_glob("*aab*", "aaaab"));
  EXPECT_TRUE(matches_glob("a*a*ab", "aaaaab"));
}

TEST(Glob, is_quick_where_nothing_fits) {
  std::string pattern;
  for (int i = 0; i < 50; ++i) {
    pattern += "*a";
  }
  EXPECT_FALSE(matches_glob(pattern + "b", std::string(2000, 'a')));
}

}  // namespace
}  // namespace wsproof::conformance
