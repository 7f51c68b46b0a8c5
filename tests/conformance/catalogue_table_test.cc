// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/catalogue/case_template.h"

namespace wsproof::conformance {
namespace {

using ::testing::ElementsAre;

const std::string kName = "t.json";

/// A value as compact JSON, good enough to compare.
std::string written(const JsonValue& value) {
  std::string text;
  switch (value.kind) {
    case JsonValue::Kind::kString:
      return "'" + value.string + "'";
    case JsonValue::Kind::kInteger:
      return std::to_string(value.integer);
    case JsonValue::Kind::kBoolean:
      return value.boolean ? "true" : "false";
    case JsonValue::Kind::kArray:
      for (const JsonValue& item : value.items) text += (text.empty() ? "" : ",") + written(item);
      return "[" + text + "]";
    case JsonValue::Kind::kObject:
      for (std::size_t i = 0; i < value.names.size(); ++i) {
        text += (i == 0 ? "" : ",") + value.names[i] + ":" + written(value.items[i]);
      }
      return "{" + text + "}";
    default:
      return "?";
  }
}

template <class Expand>
std::vector<std::string> all_of(Expand expand) {
  std::vector<std::string> texts;
  try {
    for (const JsonValue& value : expand()) texts.push_back(written(value));
  } catch (const CatalogueError& error) {
    return {error.what()};
  }
  return texts;
}

std::vector<std::string> table(std::string_view json) {
  return all_of([&] { return expand_for_each(parse_json(kName, json)); });
}
std::vector<std::string> times(std::string_view json) {
  return all_of([&] { return expand_times(parse_json(kName, json), "steps"); });
}
std::string merged(std::string_view object, std::string_view defaults) {
  return written(inherit(parse_json(kName, object), parse_json(kName, defaults)));
}

TEST(CatalogueTable, AWholeValueKeepsItsType) {
  EXPECT_THAT(
      table(
          R"({"for_each": [{"a": 1}, {"a": "x"}, {"a": true}, {"a": {"hex": "00"}}, {"a": [2, 3]}],
                        "case": {"v": "${a}"}})"),
      ElementsAre("{v:1}", "{v:'x'}", "{v:true}", "{v:{hex:'00'}}", "{v:[2,3]}"));
}

TEST(CatalogueTable, InsideATextItIsSpelledOut) {
  EXPECT_THAT(
      table(
          R"({"for_each": [{"a": 7, "b": "z"}], "case": {"v": "<${a}-${b}${a}>", "w": ["${b}!"]}})"),
      ElementsAre("{v:'<7-z7>',w:['z!']}"));
}

TEST(CatalogueTable, ReservedNamesAreLeftAlone) {
  EXPECT_THAT(
      table(R"({"for_each": [{"a": "x"}], "case": {"v": "${host}/${a}/${index}", "w": "${key}"}})"),
      ElementsAre("{v:'${host}/x/${index}',w:'${key}'}"));
}

TEST(CatalogueTable, WhatComesFromARowIsNotLookedAtAgain) {
  EXPECT_THAT(
      table(
          R"({"for_each": [{"a": "${b}", "b": "x"}], "case": {"v": "${a}", "w": "<${a}>", "u": "${b}"}})"),
      ElementsAre("{v:'${b}',w:'<${b}>',u:'x'}"));
}

TEST(CatalogueTable, ValuesKeepThePlaceWhereTheyWereWritten) {
  const JsonValue json = parse_json(
      kName, "{\"for_each\": [\n{\"a\": 1},\n{\"a\": 2}],\n\"case\": {\"v\": \"${a}\"}}");
  const std::vector<JsonValue> cases = expand_for_each(json);
  ASSERT_EQ(cases.size(), 2U);
  EXPECT_EQ(cases[1].find("v")->line, 3);
  EXPECT_EQ(cases[1].find("v")->pointer, "/for_each/1/a");
  EXPECT_EQ(cases[1].pointer, "/case");
}

TEST(CatalogueTable, WhatIsWrongIsSaid) {
  EXPECT_THAT(table(R"({"for_each": [], "case": {}})"),
              ElementsAre("t.json:1: at /for_each: a table without rows"));
  EXPECT_THAT(table(R"({"for_each": [{}]})"),
              ElementsAre("t.json:1: at the top: missing property 'case'"));
  EXPECT_THAT(table(R"({"for_each": [{}], "case": 1})"),
              ElementsAre("t.json:1: at /case: expected an object"));
  EXPECT_THAT(table(R"({"for_each": [1], "case": {}})"),
              ElementsAre("t.json:1: at /for_each/0: expected an object"));
  EXPECT_THAT(table(R"({"for_each": [{}], "case": {}, "id": 1})"),
              ElementsAre("t.json:1: at the top: unknown property 'id'"));
  EXPECT_THAT(table("{\"for_each\": [{\"a\": 1},\n{}], \"case\": {\"v\": \"${a}\"}}"),
              ElementsAre("t.json:2: at /for_each/1: the row has no 'a'"));
  EXPECT_THAT(table(R"({"for_each": [{"a": 1, "b": 2}], "case": {"v": "${a}"}})"),
              ElementsAre("t.json:1: at /for_each/0/b: the case does not use 'b'"));
  EXPECT_THAT(table(R"({"for_each": [{"host": 1}], "case": {"v": "${host}"}})"),
              ElementsAre("t.json:1: at /for_each/0/host: 'host' is a reserved name"));
  EXPECT_THAT(
      table(R"({"for_each": [{"a": [1]}], "case": {"v": "x${a}"}})"),
      ElementsAre(
          "t.json:1: at /for_each/0/a: an array cannot stand inside a text, as 'x${a}' asks for"));
  for (const char* text : {"${", "${a", "${}", "${A}", "${a b}", "x${a}${"}) {
    EXPECT_THAT(
        table(R"({"for_each": [{"a": 1}], "case": {"v": ")" + std::string(text) + "\"}}"),
        ElementsAre("t.json:1: at /case/v: '${' must be followed by a name in lower case and '}'"));
  }
}

TEST(CatalogueTimes, RepeatsAndCounts) {
  EXPECT_THAT(times(R"([1, {"times": 2, "steps": [{"a": "n${index}", "b": "${index}"}, 5]}, 6])"),
              ElementsAre("1", "{a:'n0',b:0}", "5", "{a:'n1',b:1}", "5", "6"));
  EXPECT_THAT(times(R"([{"times": 1, "steps": ["${host}"]}])"), ElementsAre("'${host}'"));
}

TEST(CatalogueTimes, WhatIsWrongIsSaid) {
  EXPECT_THAT(times("{}"), ElementsAre("t.json:1: at the top: expected an array, not an object"));
  EXPECT_THAT(times(R"([{"times": 0, "steps": [1]}])"),
              ElementsAre("t.json:1: at /0/times: expected a whole number from 1 to 2048, not 0"));
  EXPECT_THAT(times(R"([{"times": 2, "steps": []}])"),
              ElementsAre("t.json:1: at /0: no steps to repeat"));
  EXPECT_THAT(times(R"([{"times": 2, "events": []}])"),
              ElementsAre("t.json:1: at /0: unknown property 'events'"));
  EXPECT_THAT(times(R"([{"times": 1025, "steps": [1, 2]}])"),
              ElementsAre("t.json:1: at /0/steps/0: more than 2048 steps"));
}

TEST(CatalogueInheritance, WhatACaseSaysItselfStays) {
  EXPECT_EQ(merged(R"({"a": 1})", R"({"a": 2, "b": 3})"), "{a:1,b:3}");
  EXPECT_EQ(merged(R"({})", R"({"b": {"c": 1}})"), "{b:{c:1}}");
}

TEST(CatalogueInheritance, ARivalIsNotInherited) {
  EXPECT_EQ(merged(R"({"close_after": 1})", R"({"drop_tcp_after": 2})"), "{close_after:1}");
  EXPECT_EQ(merged(R"({"drop_tcp_after": 1})", R"({"close_after": 2})"), "{drop_tcp_after:1}");
}

}  // namespace
}  // namespace wsproof::conformance
