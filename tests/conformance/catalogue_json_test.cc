// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "conformance/catalogue/json_value.h"

namespace wsproof::conformance {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string kName = "some.json";

JsonValue parse(std::string_view text) { return parse_json(kName, text); }

std::string complaint(std::string_view text) {
  try {
    static_cast<void>(parse(text));
  } catch (const CatalogueError& error) {
    return error.what();
  }
  return "";
}

/// "LINE POINTER KIND" of each value, one a line, in the order of the file.
std::string places(const JsonValue& value) {
  std::string text = std::to_string(value.line) + " " +
                     (value.pointer.empty() ? "the top" : value.pointer) + " is " +
                     std::string(kind_name(value.kind)) + "\n";
  for (const JsonValue& item : value.items) text += places(item);
  return text;
}

TEST(CatalogueJson, EveryValueKnowsItsPlace) {
  EXPECT_EQ(places(parse("{\n"
                         "  \"a\": [1,\n"
                         "    2\n"
                         "  ,-3, 4.5\n"
                         "],\n"
                         "\n"
                         "  \"b/~c\": \"x\\ny\", \"d\":\n"
                         "   true, \"e\": null }")),
            "1 the top is an object\n"
            "2 /a is an array\n"
            "2 /a/0 is a whole number\n"
            "3 /a/1 is a whole number\n"
            "4 /a/2 is a negative or fractional number\n"
            "4 /a/3 is a negative or fractional number\n"
            "7 /b~1~0c is a string\n"
            "8 /d is true or false\n"
            "8 /e is null\n");
}

TEST(CatalogueJson, KeepsTheOrderAndTheValues) {
  const JsonValue value = parse(R"({"z": 18446744073709551615, "a": "\u00e9", "m": true})");
  ASSERT_EQ(value.names.size(), 3U);
  EXPECT_EQ(value.names[0], "z");
  EXPECT_EQ(value.items[0].integer, 18446744073709551615U);
  EXPECT_EQ(value.items[1].string, "\xc3\xa9");
  EXPECT_TRUE(value.items[2].boolean);
  EXPECT_EQ(value.find("m"), &value.items[2]);
  EXPECT_EQ(value.find("x"), nullptr);
}

// The words behind "not JSON: " are the parser's.
TEST(CatalogueJson, SyntaxErrorsSayWhere) {
  const auto starts = [](std::string_view text, std::string_view place) {
    EXPECT_THAT(complaint(text), StartsWith("some.json:" + std::string(place) + ": not JSON: "))
        << text;
  };
  starts("", "1: at the top");
  starts("{\n\"a\": [1,\n2", "3: at /a");
  starts("{\n\"a\" 1}", "2: at the top");
  starts("[1,\n2,\n]", "3: at the top");
  starts("{} x", "1: at the top");
  starts("[\"\xff\"]", "1: at the top");
  starts("[\"\\ud800\"]", "1: at the top");
  starts("// no comments\n{}", "1: at the top");
  starts("[1e999]", "1: at the top");
  EXPECT_THAT(complaint("{"), HasSubstr("end of input"));
}

TEST(CatalogueJson, APropertyStandsOnce) {
  EXPECT_EQ(complaint("{\n \"a\": {\"b\": 1,\n  \"c\": 2,\n  \"b\": 3}}"),
            "some.json:4: at /a: property 'b' twice");
}

TEST(CatalogueJson, DepthAndWidthAreBounded) {
  // Whatever the names are, it is one line.
  EXPECT_THAT(complaint("{\"a\\nb\": {\"\\u001b\": [x"),
              StartsWith("some.json:1: at /a?b/?: not JSON: "));
  EXPECT_EQ(complaint(std::string(32, '[') + std::string(32, ']')), "");
  EXPECT_NE(complaint(std::string(33, '[')).find("nested more than 32 levels deep"),
            std::string::npos);
  EXPECT_NE(complaint(std::string(1'000'000, '[')).find("nested more than 32"), std::string::npos);
  std::string wide = "{\"x\": 0";
  for (int i = 0; i < 1000; ++i) wide += ", \"" + std::to_string(i) + "\": 0";
  EXPECT_EQ(complaint(wide + "}"), "some.json:1: at the top: more than 1000 properties");
}

TEST(CatalogueJson, MessagesStayOnOneShortLine) {
  EXPECT_EQ(shown("a\n\x01\xc3\xa9~"), "a????~");
  EXPECT_EQ(shown(std::string(100, 'x')), std::string(80, 'x') + "...");
}

// Whatever is cut off or changed: a value or a CatalogueError, never anything else.
TEST(CatalogueJson, SurvivesEveryCutAndEveryOctet) {
  const std::string good = "{\"a\": [1, -2.5e3, \"\\u00e9\xc3\xa9\", true, null, {\"b\": []}]}";
  ASSERT_EQ(complaint(good), "");
  for (std::size_t i = 0; i < good.size(); ++i) {
    EXPECT_NE(complaint(good.substr(0, i)), "") << "cut at " << i;
    for (const char octet : {'\0', '"', '\\', '{', ']', '\n', '\xff', '-'}) {
      std::string changed = good;
      changed[i] = octet;
      static_cast<void>(complaint(changed));
    }
  }
}

}  // namespace
}  // namespace wsproof::conformance
