// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/http_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>

namespace wsproof {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

char octet(int value) { return static_cast<char>(static_cast<unsigned char>(value)); }

TEST(HttpText, TokenCharsAreThoseOfRfc9110) {
  const std::string tchars =
      "!#$%&'*+-.^_`|~0123456789"
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  for (int value = 0; value < 256; ++value) {
    EXPECT_EQ(is_token_char(octet(value)), tchars.find(octet(value)) != std::string::npos) << value;
  }
}

TEST(HttpText, TextCharsAreAllButControls) {
  for (int value = 0; value < 256; ++value) {
    const bool control = (value < 0x20 && value != '\t') || value == 0x7f;
    EXPECT_EQ(is_text_char(octet(value)), !control) << value;
  }
}

TEST(HttpText, VisibleIsBetweenBlankAndDelete) {
  for (int value = 0; value < 256; ++value) {
    EXPECT_EQ(is_visible(octet(value)), value >= 0x21 && value <= 0x7e) << value;
  }
}

TEST(HttpText, LettersDigitsAndBlanksAreAscii) {
  const std::string small = "abcdefghijklmnopqrstuvwxyz";
  const std::string large = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  for (int value = 0; value < 256; ++value) {
    const char c = octet(value);
    const std::size_t place = large.find(c);
    const bool is_large = place != std::string::npos;
    EXPECT_EQ(is_alpha(c), is_large || small.find(c) != std::string::npos) << value;
    EXPECT_EQ(to_lower(c), is_large ? small[place] : c) << value;
    EXPECT_EQ(is_digit(c), std::string("0123456789").find(c) != std::string::npos) << value;
    EXPECT_EQ(is_blank(c), c == ' ' || c == '\t') << value;
  }
}

TEST(HttpText, TokenIsNotEmpty) {
  EXPECT_TRUE(is_token("chat.v2"));
  EXPECT_FALSE(is_token(""));
  EXPECT_FALSE(is_token("a b"));
  EXPECT_FALSE(is_token("a\x80"));
}

TEST(HttpText, TrimsSpacesAndTabsOnly) {
  EXPECT_EQ(trim_blanks(" \t a b\t "), "a b");
  EXPECT_EQ(trim_blanks("\va\v"), "\va\v");
  EXPECT_EQ(trim_blanks(" \t "), "");
  EXPECT_EQ(trim_blanks(""), "");
}

TEST(HttpText, FoldsAsciiCaseOnly) {
  EXPECT_TRUE(equals_ignoring_case("WebSocket", "wEBsOCKET"));
  EXPECT_FALSE(equals_ignoring_case("websocket", "websockets"));
  EXPECT_FALSE(equals_ignoring_case("websockets", "websocket"));
  EXPECT_FALSE(
      equals_ignoring_case("websoc\xe2\x84\xaa"
                           "et",
                           "websocket"));
  // '[' and '{' differ by the same bit as a letter's case does.
  EXPECT_FALSE(equals_ignoring_case("[", "{"));
  EXPECT_FALSE(equals_ignoring_case("@", "`"));
}

TEST(HttpText, SplitsListsAndDropsEmptyElements) {
  EXPECT_THAT(split_list("a, b"), ElementsAre("a", "b"));
  EXPECT_THAT(split_list("a,b"), ElementsAre("a", "b"));
  EXPECT_THAT(split_list(" ,a,\t, b c ,"), ElementsAre("a", "b c"));
  EXPECT_THAT(split_list(""), IsEmpty());
  EXPECT_THAT(split_list(" , ,"), IsEmpty());
}

}  // namespace
}  // namespace wsproof
