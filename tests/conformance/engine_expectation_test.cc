// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "conformance/engine/expectation.h"
#include "conformance/engine/wording.h"
#include "tests/conformance/engine_observations.h"

namespace wsproof::test {
namespace {

using conformance::Behavior;
using conformance::Case;
using conformance::Event;
using conformance::Expectation;
using conformance::Payload;
using conformance::same_octets;

Case expecting(std::vector<Event> events) {
  Case test_case = echo_case();
  test_case.steps.clear();
  test_case.expect = {{Behavior::kOk, std::move(events), {}}};
  return test_case;
}

Event repeated(const std::string& unit, std::uint64_t size) {
  Event event = text("");
  event.payload = {unit, size};
  return event;
}

Expectation::Message receive(Expectation& expectation, const std::string& octets,
                             std::size_t piece_size, bool binary = false) {
  expectation.begin_message(binary);
  for (std::size_t at = 0; at < octets.size(); at += piece_size) {
    expectation.message_piece(as_bytes(std::string_view(octets).substr(at, piece_size)));
  }
  return expectation.end_message();
}

TEST(ExpectationTest, PayloadsCompareByTheirOctets) {
  EXPECT_TRUE(same_octets({"ab", 6}, {"abab", 6}));
  EXPECT_TRUE(same_octets({"ab", 5}, {"ababa", 5}));
  EXPECT_FALSE(same_octets({"ab", 6}, {"abb", 6}));
  EXPECT_FALSE(same_octets({"ab", 6}, {"ab", 5}));
  EXPECT_TRUE(same_octets({"", 0}, {"ab", 0}));
}

TEST(ExpectationTest, LargeMessagesAreRecognisedInPieces) {
  const Case test_case = expecting({repeated("abc", 100'000)});
  for (const std::size_t piece : {1000U, 4096U, 65536U, 100'000U}) {
    Expectation expectation(test_case);
    const auto message = receive(expectation, Payload{"abc", 100'000}.octets(), piece);
    EXPECT_TRUE(message.expected);
    EXPECT_EQ(message.event.payload.unit, "abc");
    EXPECT_EQ(message.event.payload.size, 100'000U);
  }
}

TEST(ExpectationTest, SaysWhereAMessageDiffers) {
  const Case test_case = expecting({repeated("abc", 90'000)});
  Expectation expectation(test_case);
  std::string octets = Payload{"abc", 90'000}.octets();
  octets[70'001] = 'x';
  auto message = receive(expectation, octets, 777);
  EXPECT_FALSE(message.expected);
  EXPECT_EQ(message.differs_at, 70'001U);
  EXPECT_TRUE(message.cut);
  EXPECT_EQ(message.size, 90'000U);
  EXPECT_EQ(message.event.payload.size, Expectation::kKeptOctets);
  EXPECT_EQ(receive(expectation, "abca", 1).differs_at, 4U);
  EXPECT_EQ(receive(expectation, Payload{"abc", 90'001}.octets(), 4096).differs_at, 90'000U);
  EXPECT_FALSE(receive(expectation, Payload{"abc", 90'000}.octets(), 4096, true).expected);
}

TEST(ExpectationTest, EventsOutOfOrderAreHopeless) {
  const Case test_case = expecting({text("a"), pong("b")});
  Expectation expectation(test_case);
  EXPECT_FALSE(expectation.complete() || expectation.hopeless());
  expectation.add(text("a"), false);
  EXPECT_FALSE(expectation.complete() || expectation.hopeless());
  expectation.add(pong("b"), false);
  EXPECT_TRUE(expectation.complete());
  expectation.add(pong("b"), false);
  EXPECT_TRUE(expectation.hopeless());
}

TEST(ExpectationTest, WhatIsAsideDoesNotCount) {
  const Case test_case = expecting({text("a")});
  Expectation expectation(test_case);
  expectation.add(ping("beat"), true);
  EXPECT_FALSE(expectation.hopeless());
  expectation.add(text("a"), false);
  EXPECT_TRUE(expectation.complete());
  EXPECT_EQ(expectation.all().size(), 2U);
  EXPECT_EQ(expectation.relevant().size(), 1U);
}

TEST(ExpectationTest, OptionalEventsMayBeLeftOut) {
  Event maybe = pong("x");
  maybe.optional = true;
  const std::vector<Event> expected{maybe, text("a"), maybe};
  EXPECT_TRUE(same_events(expected, {text("a")}));
  EXPECT_TRUE(same_events(expected, {pong("x"), text("a"), pong("x")}));
  EXPECT_FALSE(same_events(expected, {text("a"), pong("x"), pong("x")}));
  EXPECT_FALSE(same_events(expected, {pong("x")}));
}

TEST(ExpectationTest, TheBestAlternativeIsWaitedFor) {
  Case test_case = expecting({text("a")});
  test_case.expect.insert(test_case.expect.begin(), {Behavior::kNonStrict, {}, "why"});
  Expectation expectation(test_case);
  EXPECT_FALSE(expectation.complete());
  expectation.add(text("a"), false);
  EXPECT_TRUE(expectation.complete());
}

TEST(WordingTest, EventsInWords) {
  using conformance::describe;
  EXPECT_EQ(describe(std::vector<Event>{}), "nothing");
  EXPECT_EQ(describe(text("Hello")), "a text message \"Hello\"");
  EXPECT_EQ(describe(text("")), "an empty text message");
  EXPECT_EQ(describe(pong(std::string("\0\xff", 2))), "a pong of 2 octets (00 ff)");
  EXPECT_EQ(describe(repeated("*", 65536)),
            "a text message of 65536 octets, "
            "\"************************************************...\"");
  EXPECT_EQ(describe(timeout("A")), "the connection still open after wait A");
  EXPECT_EQ(describe(std::vector<Event>(7, pong("x"))),
            "a pong \"x\", then a pong \"x\", then a pong \"x\", then a pong \"x\", and 3 more");
}

TEST(WordingTest, OctetsWithoutANoun) {
  using conformance::describe_octets;
  EXPECT_EQ(describe_octets(""), "nothing");
  EXPECT_EQ(describe_octets("garbage"), "\"garbage\"");
  EXPECT_EQ(describe_octets(std::string(133, 'x')),
            "133 octets, \"" + std::string(48, 'x') + "...\"");
  EXPECT_EQ(describe_octets(std::string(1, '\0')), "1 octet (00)");
}

TEST(WordingTest, ArticlesAndNumbers) {
  EXPECT_EQ(conformance::with_article("text"), "a text");
  EXPECT_EQ(conformance::with_article("opcode 15"), "an opcode 15");
  EXPECT_EQ(conformance::number_of(0, "Host field"), "no Host field");
  EXPECT_EQ(conformance::number_of(1, "Host field"), "1 Host field");
  EXPECT_EQ(conformance::number_of(2, "Host field"), "2 Host fields");
}

TEST(WordingTest, CodesAndTimes) {
  EXPECT_EQ(conformance::describe_codes({1000, 1000}), "1000");
  EXPECT_EQ(conformance::describe_codes({1002, 1007, 1009}), "1002, 1007 or 1009");
  EXPECT_EQ(conformance::describe_time(std::chrono::seconds(1)), "1 s");
  EXPECT_EQ(conformance::describe_time(std::chrono::milliseconds(1500)), "1.5 s");
  EXPECT_EQ(conformance::describe_time(std::chrono::milliseconds(150)), "150 ms");
}

TEST(WordingTest, TextIsNeverCutInsideACodePoint) {
  std::string umlauts;
  for (int i = 0; i < 40; ++i) umlauts += "\xc3\xbc";
  const std::string quoted = conformance::quote("x" + umlauts);
  EXPECT_EQ(quoted.substr(0, 16), "of 81 octets, \"x");
  EXPECT_EQ(quoted.substr(quoted.size() - 6), "\xc3\xbc...\"");
}

}  // namespace
}  // namespace wsproof::test
