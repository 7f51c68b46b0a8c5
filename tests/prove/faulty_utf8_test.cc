// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/peers/faulty/utf8.h"

namespace wsproof::faulty {
namespace {

/// "good", "cut" where the text ends inside a character, or the number of the first bad octet.
std::string check(std::string_view text, const Faults& faults = Faults()) {
  TextCheck check(faults);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!check.push(text.substr(i, 1))) return std::to_string(i);
  }
  return check.complete() ? "good" : "cut";
}

TEST(FaultyUtf8Test, TakesTheFirstAndLastOfEachLength) {
  for (const std::string_view text :
       {std::string_view("\0", 1), std::string_view("\x7F"), std::string_view("\xC2\x80"),
        std::string_view("\xDF\xBF"), std::string_view("\xE0\xA0\x80"),
        std::string_view("\xEF\xBF\xBF"), std::string_view("\xF0\x90\x80\x80"),
        std::string_view("\xF4\x8F\xBF\xBF"), std::string_view("\xED\x9F\xBF"),
        std::string_view("\xEE\x80\x80")}) {
    EXPECT_EQ(check(text), "good") << text;
  }
}

TEST(FaultyUtf8Test, StopsAtTheFirstImpossibleOctet) {
  EXPECT_EQ(check("\x80"), "0");
  EXPECT_EQ(check("a\xC0\x80"), "1");
  EXPECT_EQ(check("\xE0\x80\x80"), "1");
  EXPECT_EQ(check("\xED\xA0\x80"), "1");
  EXPECT_EQ(check("\xF0\x80\x80\x80"), "1");
  EXPECT_EQ(check("\xF4\x90\x80\x80"), "1");
  EXPECT_EQ(check("\xF8\x88\x80\x80\x80"), "0");
  EXPECT_EQ(check("\xFF"), "0");
  EXPECT_EQ(check("\xC3("), "1");
  EXPECT_EQ(check("\xC3"), "cut");
}

TEST(FaultyUtf8Test, EachFaultTakesWhatItSays) {
  EXPECT_EQ(check("\xED\xA0\x80", Faults(Fault::kAcceptsSurrogates)), "good");
  EXPECT_EQ(check("\xED\xA0\x80\xED\xB0\x80", Faults(Fault::kAcceptsSurrogatePairs)), "good");
  EXPECT_EQ(check("\xED\xB0\x80", Faults(Fault::kAcceptsSurrogatePairs)), "2");
  EXPECT_EQ(check("\xC0\xAF", Faults(Fault::kAcceptsOverlong2)), "good");
  EXPECT_EQ(check("\xE0\x80\xAF", Faults(Fault::kAcceptsOverlong2)), "1");
  EXPECT_EQ(check("\xE0\x80\xAF", Faults(Fault::kAcceptsOverlong3)), "good");
  EXPECT_EQ(check("\xF0\x80\x80\xAF", Faults(Fault::kAcceptsOverlong4)), "good");
  EXPECT_EQ(check("\xF4\x90\x80\x80", Faults(Fault::kAcceptsAboveUnicode)), "good");
  EXPECT_EQ(check("\xFC\x84\x80\x80\x80\x80", Faults(Fault::kAcceptsFiveAndSix)), "good");
  EXPECT_EQ(check("\x80\xBF", Faults(Fault::kAcceptsStrayOctets)), "good");
  EXPECT_EQ(check("\xFE\xFF", Faults(Fault::kAcceptsFeAndFf)), "good");
  EXPECT_EQ(check("\xC0 \xE0 ", Faults(Fault::kAcceptsBrokenOff)), "good");
  EXPECT_EQ(check("a\xC3", Faults(Fault::kAcceptsCutEnd)), "good");
  EXPECT_EQ(check("\xC0\xE0\x80\xF8\x80", Faults(Fault::kAcceptsIncomplete)), "good");
  EXPECT_EQ(check("\xC0\xAF", Faults(Fault::kAcceptsIncomplete)), "1");
  EXPECT_EQ(check("\xF4\x90\x80\x80", Faults(Fault::kUtf8WholeCharacters)), "3");
}

TEST(FaultyUtf8Test, EachFaultRefusesWhatItSays) {
  EXPECT_EQ(check(std::string_view("\0", 1), Faults(Fault::kRejectsNul)), "0");
  EXPECT_EQ(check("\x7F", Faults(Fault::kRejectsDelete)), "0");
  EXPECT_EQ(check("\xC2\x80", Faults(Fault::kRejectsFirstOfLength)), "1");
  EXPECT_EQ(check("\xDF\xBF", Faults(Fault::kRejectsLastOfLength)), "1");
  EXPECT_EQ(check("\xED\x9F\xBF", Faults(Fault::kRejectsNextToSurrogates)), "2");
  EXPECT_EQ(check("\xEF\xBF\xBD", Faults(Fault::kRejectsReplacementCharacter)), "2");
  EXPECT_EQ(check("\xF3\xBF\xBF\xBE", Faults(Fault::kRejectsNoncharacters)), "3");
  EXPECT_EQ(check("\xF3\xBF\xBF\xBE", Faults(Fault::kRejectsNoncharactersOfBmp)), "good");
  EXPECT_EQ(check("\xC2\xA2", Faults(Fault::kRejectsU80ToBf)), "1");
  EXPECT_EQ(check("\xC3\xA4", Faults(Fault::kRejectsU80ToBf)), "good");
  EXPECT_EQ(check("\xF0\xA4\xAD\xA2", Faults(Fault::kRejectsBeyondBmp)), "3");
}

TEST(FaultyUtf8Test, ReplacesWhatIsNoCharacter) {
  EXPECT_EQ(with_replacements("a\xFF\xC3\xA4\xED\xA0\x80"),
            "a\xEF\xBF\xBD\xC3\xA4\xEF\xBF\xBD"
            "\xEF\xBF\xBD\xEF\xBF\xBD");
}

}  // namespace
}  // namespace wsproof::faulty
