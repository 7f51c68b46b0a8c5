// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "conformance/catalogue/json_value.h"
#include "conformance/catalogue/payload_reader.h"

namespace wsproof::conformance {
namespace {

const std::string kName = "p.json";

Payload payload(std::string_view json) { return read_payload(parse_json(kName, json)); }
std::string octets(std::string_view json) { return payload(json).octets(); }
Duration duration(std::string_view json) { return read_duration(parse_json(kName, json)); }
Chop chop(std::string_view json) { return read_chop(parse_json(kName, json)); }

template <class Read>
std::string complaint(Read read, std::string_view json) {
  try {
    static_cast<void>(read(json));
  } catch (const CatalogueError& error) {
    return error.what();
  }
  return "";
}

TEST(CataloguePayload, EachForm) {
  EXPECT_EQ(octets(R"("Hello")"), "Hello");
  EXPECT_EQ(octets(R"("")"), "");
  EXPECT_EQ(octets(R"({"text": "${x}"})"), "${x}");
  EXPECT_EQ(octets(R"({"hex": "48 65 6c6c 6f"})"), "Hello");
  EXPECT_EQ(octets(R"({"hex": " 00ff "})"), std::string("\0\xff", 2));
  EXPECT_EQ(octets(R"({"repeat": "abc", "size": 7})"), "abcabca");
  EXPECT_EQ(octets(R"({"repeat": "abc", "size": 2})"), "ab");
  EXPECT_EQ(octets(R"({"repeat": "abc", "size": 13})"), "abcabcabcabca");
  EXPECT_EQ(octets(R"({"repeat": "a", "size": 3})"), "aaa");
  EXPECT_EQ(octets(R"({"repeat": "abc", "size": 0})"), "");
  EXPECT_EQ(octets(R"({"repeat": {"hex": "fe"}, "count": 3})"), "\xfe\xfe\xfe");
  EXPECT_EQ(octets(R"({"join": ["a", {"repeat": "b", "size": 2}, {"hex": "63"}]})"), "abbc");
  EXPECT_EQ(octets(R"({"join": []})"), "");
}

TEST(CataloguePayload, LargeOnesCostTheirUnit) {
  const Payload large = payload(R"({"repeat": "*", "size": 4294967296})");
  EXPECT_EQ(large.unit, "*");
  EXPECT_EQ(large.size, 4294967296U);
  const Payload counted = payload(R"({"repeat": "12345678", "count": 536870912})");
  EXPECT_EQ(counted.size, 4294967296U);
}

TEST(CataloguePayload, WhatIsWrongIsSaid) {
  const auto wrong = [](std::string_view json) { return complaint(payload, json); };
  EXPECT_EQ(wrong("5"),
            "p.json:1: at the top: expected a payload, a text or an object, not a whole number");
  EXPECT_EQ(wrong("{}"), "p.json:1: at the top: one of 'text', 'hex', 'repeat', 'join' is missing");
  EXPECT_EQ(wrong(R"({"text": "a", "hex": ""})"),
            "p.json:1: at the top: 'text' and 'hex' exclude each other");
  EXPECT_EQ(wrong(R"({"text": "a", "size": 1})"), "p.json:1: at the top: unknown property 'size'");
  EXPECT_EQ(wrong(R"({"hex": "0"})"), "p.json:1: at /hex: an odd number of hex digits");
  EXPECT_EQ(wrong(R"({"hex": "0 0"})"),
            "p.json:1: at /hex: '0 0' is not octets in hex, two digits of 0-9 and a-f each");
  EXPECT_EQ(wrong(R"({"hex": "AB"})"),
            "p.json:1: at /hex: 'AB' is not octets in hex, two digits of 0-9 and a-f each");
  EXPECT_EQ(wrong(R"({"repeat": "", "size": 1})"), "p.json:1: at /repeat: nothing to repeat");
  EXPECT_EQ(wrong(R"({"repeat": "a"})"), "p.json:1: at the top: one of 'size', 'count' is missing");
  EXPECT_EQ(wrong(R"({"repeat": "a", "size": 4294967297})"),
            "p.json:1: at /size: expected a whole number from 0 to 4294967296, not 4294967297");
  EXPECT_EQ(wrong(R"({"repeat": "ab", "count": 2147483649})"),
            "p.json:1: at /count: expected a whole number from 0 to 2147483648, not 2147483649");
  EXPECT_EQ(wrong(R"({"repeat": {"repeat": "a", "size": 3000000}, "size": 1})"),
            "p.json:1: at /repeat: 3000000 octets; at most 2097152 can stand here");
  EXPECT_EQ(
      wrong(R"({"join": [{"repeat": "a", "size": 2000000}, {"repeat": "b", "size": 2000000}]})"),
      "p.json:1: at /join/1: more than 2097152 octets joined");
}

TEST(CatalogueDuration, MillisecondsOrSeconds) {
  EXPECT_EQ(duration(R"("500 ms")").count(), 500);
  EXPECT_EQ(duration(R"("2 s")").count(), 2000);
  EXPECT_EQ(duration(R"("3600 s")").count(), 3'600'000);
  EXPECT_EQ(duration(R"("0 s")").count(), 0);
  for (const char* bad :
       {"", "1", "s", "1s", "1  s", "1.5 s", "-1 s", "1 h", "3601 s", "99999999 ms", "1 s "}) {
    EXPECT_EQ(complaint(duration, "\"" + std::string(bad) + "\""),
              "p.json:1: at the top: expected a time like '500 ms' or '2 s', at most 1 h, not '" +
                  std::string(bad) + "'");
  }
}

TEST(CatalogueChop, EachForm) {
  EXPECT_EQ(chop(R"("together")"), (Chop{Chop::Mode::kTogether, 0, {}}));
  EXPECT_EQ(chop(R"("frame")"), (Chop{Chop::Mode::kFrame, 0, {}}));
  EXPECT_EQ(chop("997"), (Chop{Chop::Mode::kOctets, 997, {}}));
  EXPECT_EQ(chop(R"({"octets": 1, "pause": "5 s"})"),
            (Chop{Chop::Mode::kOctets, 1, Duration(5000)}));
  EXPECT_EQ(chop(R"({"last": 2})"), (Chop{Chop::Mode::kTail, 2, {}}));
  EXPECT_EQ(complaint(chop, "0"),
            "p.json:1: at the top: expected a whole number from 1 to 4294967296, not 0");
  EXPECT_EQ(complaint(chop, R"("whole")"),
            "p.json:1: at the top: expected one of 'together', 'frame', not 'whole'");
  EXPECT_EQ(complaint(chop, "{}"), "p.json:1: at the top: one of 'octets', 'last' is missing");
}

}  // namespace
}  // namespace wsproof::conformance
