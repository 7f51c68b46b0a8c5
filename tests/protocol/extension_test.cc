// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/extension.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "tests/support/exact_buffer.h"

namespace wsproof {
namespace {

// What was read, written again: format_extensions() is the judge's eye here, and has its own test.
std::string read(std::string_view value) {
  const auto list = parse_extensions(value);
  return list ? format_extensions(*list) : std::string(info(list.error()).name);
}

std::string read_fields(const std::vector<Field>& lines) {
  const auto list = parse_extensions(Fields{lines});
  return list ? format_extensions(*list) : std::string(info(list.error()).name);
}

constexpr std::string_view kMalformed = "extension-malformed";

TEST(FormatExtensions, WritesWhatItHolds) {
  EXPECT_EQ(format_extensions({}), "");
  EXPECT_EQ(format_extensions({{"foo", {}}}), "foo");
  EXPECT_EQ(format_extensions({{"foo", {{"a", std::nullopt}, {"b", "1"}}}, {"bar", {{"c", "d"}}}}),
            "foo; a; b=1, bar; c=d");
}

TEST(ParseExtensions, ExamplesOfRfc6455) {
  EXPECT_EQ(read("deflate-stream"), "deflate-stream");
  EXPECT_EQ(read("mux; max-channels=4; flow-control,\t deflate-stream"),
            "mux; max-channels=4; flow-control, deflate-stream");
  EXPECT_EQ(read("private-extension"), "private-extension");
}

TEST(ParseExtensions, ExamplesOfRfc7692) {
  EXPECT_EQ(read("permessage-foo; x=\"10\""), "permessage-foo; x=10");
  EXPECT_EQ(read("permessage-foo, permessage-bar"), "permessage-foo, permessage-bar");
  EXPECT_EQ(read("permessage-foo; use_y, permessage-foo"), "permessage-foo; use_y, permessage-foo");
}

TEST(ParseExtensions, KeepsNamesAndValuesApart) {
  const auto list = parse_extensions("a;b;c=d");
  ASSERT_TRUE(list);
  EXPECT_EQ(*list, (std::vector<Extension>{{"a", {{"b", std::nullopt}, {"c", "d"}}}}));
}

TEST(ParseExtensions, KeepsRepetitions) { EXPECT_EQ(read("a;b=1;b=2,a"), "a; b=1; b=2, a"); }

TEST(ParseExtensions, BlanksMayStandAroundEverySeparator) {
  EXPECT_EQ(read(" a\t;\t b = 1 ; c , d "), "a; b=1; c, d");
  EXPECT_EQ(read("a; b =\t\"1\" , c"), "a; b=1, c");
}

TEST(ParseExtensions, EmptyElementsAreIgnored) {
  EXPECT_EQ(read(", a,, b ,"), "a, b");
  EXPECT_EQ(read(",,"), kMalformed);
  EXPECT_EQ(read(""), kMalformed);
  EXPECT_EQ(read(" \t"), kMalformed);
}

TEST(ParseExtensions, QuotedValuesAreUnescaped) {
  EXPECT_EQ(read("a; b=\"10\""), "a; b=10");
  EXPECT_EQ(read("a; b=\"1\\0\""), "a; b=10");
  EXPECT_EQ(read("a; b=\"\\1\\0\"; c, d"), "a; b=10; c, d");
}

TEST(ParseExtensions, QuotedValuesHaveToHoldAToken) {
  for (const char* value : {"a; b=\"1 0\"", "a; b=\"\"", "a; b=\"1,2\"", "a; b=\"\\\"\"",
                            "a; b=\"\\\\\"", "a; b=\"\xc3\xa9\"", "a; b=\"1;\""}) {
    EXPECT_EQ(read(value), kMalformed) << value;
  }
}

TEST(ParseExtensions, UnbalancedQuotesAreMalformed) {
  for (const char* value :
       {"a; b=\"", "a; b=\"10", "a; b=10\"", "a; b=\"10\\", "a; b=\"10\\\"", "a; b=\"10\"0"}) {
    EXPECT_EQ(read(value), kMalformed) << value;
  }
}

TEST(ParseExtensions, TheRestOfTheGrammarIsHeldToo) {
  for (const char* value :
       {";a",      "a;",    "a;;b",  "a; =1",    "a; b=",        "a b",      "a; b c",  "a; b=c d",
        "a; b==c", "a=b",   "\"a\"", "a; \"b\"", "a/b",          "a; b=(",   "a; b=,c", "=",
        "a; b;",   "a, ;b", "a\x80", "\xff",     "a; b\xc3\xa9", "a; b, c=d"}) {
    EXPECT_EQ(read(value), kMalformed) << value;
  }
}

TEST(ParseExtensions, SeveralFieldsAreOneList) {
  EXPECT_EQ(read_fields({{"Sec-WebSocket-Extensions", "foo"},
                         {"Host", "h"},
                         {"sec-websocket-extensions", "bar; baz=2"}}),
            "foo, bar; baz=2");
  EXPECT_EQ(read_fields({{"Host", "h"}}), "");
}

TEST(ParseExtensions, AFieldThatIsEmptyCountsOnlyBesideOthers) {
  EXPECT_EQ(read_fields({{"Sec-WebSocket-Extensions", ""}}), kMalformed);
  EXPECT_EQ(read_fields({{"Sec-WebSocket-Extensions", ""}, {"Sec-WebSocket-Extensions", ","}}),
            kMalformed);
  EXPECT_EQ(read_fields({{"Sec-WebSocket-Extensions", ""}, {"Sec-WebSocket-Extensions", "a"}}),
            "a");
}

TEST(ParseExtensions, OneMalformedFieldSpoilsTheList) {
  EXPECT_EQ(read_fields({{"Sec-WebSocket-Extensions", "a"}, {"Sec-WebSocket-Extensions", ";"}}),
            kMalformed);
  // A quoted string does not go on in the next field.
  EXPECT_EQ(
      read_fields({{"Sec-WebSocket-Extensions", "a; b=\"1"}, {"Sec-WebSocket-Extensions", "2\""}}),
      kMalformed);
}

TEST(ParseExtensions, WhatIsWrittenIsReadAgain) {
  std::mt19937 random(7);  // NOLINT: the same lists each time
  constexpr std::string_view kChars = "ab!#$%&'*+-.^_`|~09Z";
  const auto token = [&] {
    std::string text;
    for (auto size = 1 + random() % 5; size > 0; --size) {
      text.push_back(kChars[random() % kChars.size()]);
    }
    return text;
  };
  for (int round = 0; round < 2000; ++round) {
    std::vector<Extension> list(1 + random() % 4);
    for (Extension& extension : list) {
      extension.name = token();
      extension.parameters.resize(random() % 4);
      for (ExtensionParameter& parameter : extension.parameters) {
        parameter.name = token();
        if (random() % 2 == 0) parameter.value = token();
      }
    }
    const auto again = parse_extensions(format_extensions(list));
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, list);
  }
}

TEST(ParseExtensions, AnyOctetsGiveAListOrAnError) {
  std::mt19937 random(8);  // NOLINT: the same octets each time
  constexpr std::string_view kChars = "ab;=,\"\\ \t\x80";
  for (int round = 0; round < 50'000; ++round) {
    std::string value;
    for (auto size = random() % 12; size > 0; --size) {
      value.push_back(kChars[random() % kChars.size()]);
    }
    const test::ExactBuffer input(value);
    const auto list = parse_extensions(input.text());
    if (!list) continue;
    // Whatever was taken holds tokens only, so that it can be written again.
    EXPECT_TRUE(parse_extensions(format_extensions(*list)));
  }
}

}  // namespace
}  // namespace wsproof
