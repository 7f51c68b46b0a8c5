// SPDX-License-Identifier: Apache-2.0
// The kinds of case that the format must be able to express beyond those that are shipped: each in
// data/hard_cases.json, and what becomes of it as a Case.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "conformance/catalogue/catalogue.h"

namespace wsproof::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

class HardCases : public ::testing::Test {
 protected:
  static const std::vector<Case>& all() {
    static const std::vector<Case> cases = [] {
      std::ifstream stream(WSPROOF_SOURCE_DIR "/tests/conformance/data/hard_cases.json");
      const std::string text{std::istreambuf_iterator<char>(stream), {}};
      return load_catalogue({{"hard_cases.json", text}});
    }();
    return cases;
  }
  static const Case& get(const std::string& id) {
    for (const Case& one : all()) {
      if (one.id == "99." + id) return one;
    }
    throw std::out_of_range(id);
  }
  static const Opening& opening(const std::string& id) { return get(id).opening.value(); }
  template <class Kind>
  static const Kind& step(const std::string& id, std::size_t index) {
    return std::get<Kind>(get(id).steps.at(index));
  }
};

TEST_F(HardCases, ChecksOnTheAnswer) {
  using Kind = Opening::FieldCheck::Kind;
  const auto& checks = opening("1.1").checks;
  ASSERT_EQ(checks.size(), 5U);
  EXPECT_EQ(checks[0].kind, Kind::kMatches);
  EXPECT_EQ(checks[0].name, ":start-line");
  EXPECT_EQ(checks[0].value, "HTTP/1\\.1 101 .*$");
  EXPECT_EQ(checks[1].kind, Kind::kHasToken);
  EXPECT_EQ(checks[2].value, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(checks[3].kind, Kind::kOnce);
  EXPECT_EQ(checks[4].kind, Kind::kAbsent);
}

TEST_F(HardCases, ManyConnectionsWithShuffledFields) {
  EXPECT_EQ(get("1.2").repeat, 50U);
  EXPECT_TRUE(opening("1.2").shuffle);
  EXPECT_EQ(opening("1.2").name_case, Opening::NameCase::kUpper);
  EXPECT_EQ(opening("1.2").checks[1].kind, Opening::FieldCheck::Kind::kDistinct);
  EXPECT_EQ(get("3.8").connections, 1000U);
}

TEST_F(HardCases, RawOctetsInTheRequestLine) {
  EXPECT_EQ(opening("1.3").start_line, "POST ${target} HTTP/1.1");
  EXPECT_EQ(opening("1.4").start_line, "GET /\x80\xff HTTP/1.1");
  EXPECT_EQ(opening("1.4").outcome, Opening::Outcome::kRefused);
  EXPECT_THAT(opening("1.4").statuses, ElementsAre(400, 405, 426, 501, 505));
  EXPECT_EQ(get("1.4").close.by, CloseExpectation::By::kNobody);
  EXPECT_EQ(get("1.4").expect.size(), 1U);
}

TEST_F(HardCases, AnotherOutcomeThatIsTolerated) {
  const auto& tolerated = opening("1.6").tolerated.at(0);
  EXPECT_EQ(opening("1.6").outcome, Opening::Outcome::kOpen);
  EXPECT_EQ(tolerated.outcome, Opening::Outcome::kRefused);
  EXPECT_EQ(tolerated.behavior, Behavior::kNonStrict);
  EXPECT_EQ(tolerated.why, "Many servers know only the origin form.");
}

TEST_F(HardCases, TheRequestInPieces) {
  EXPECT_EQ(opening("1.7").chop, (Chop{Chop::Mode::kOctets, 1, {}}));
  EXPECT_EQ(opening("1.8").chop, (Chop{Chop::Mode::kTail, 2, {}}));
  EXPECT_EQ(opening("1.9").chop, (Chop{Chop::Mode::kOctets, 1, Duration(5000)}));
}

TEST_F(HardCases, FieldsTakenAwayAndAdded) {
  using Kind = Opening::Edit::Kind;
  const auto& edits = opening("1.10").edits;
  ASSERT_EQ(edits.size(), 5U);
  EXPECT_EQ(edits[0].kind, Kind::kRemove);
  EXPECT_EQ(edits[1].kind, Kind::kAdd);
  EXPECT_EQ(edits[2].value, "${key}");
  EXPECT_EQ(edits[3].value.size(), 1048576U);
  EXPECT_EQ(edits[4].value, std::string("\xff\0\x0d\x61", 4));
}

TEST_F(HardCases, WhatFollowsARefusal) {
  EXPECT_TRUE(opening("1.11").steps_after_refusal);
  EXPECT_EQ(step<Await>("1.11", 0).what, Await::What::kAnswer);
  EXPECT_EQ(step<Wait>("1.11", 2).duration, Duration(500));
  EXPECT_EQ(step<SendOpening>("1.11", 3).opening.outcome, Opening::Outcome::kEither);
  EXPECT_EQ(get("1.11").close.by, CloseExpectation::By::kNobody);
}

TEST_F(HardCases, HeadsThatAreNone) {
  EXPECT_EQ(opening("1.12").raw->octets(), std::string("\x16\x03\x01\0", 4));
  EXPECT_EQ(opening("1.13").after_head, "body");
  EXPECT_EQ(opening("3.8").raw->octets(), "");
}

TEST_F(HardCases, WhatMustBeSetUpAround) {
  EXPECT_THAT(get("1.14").environment, ElementsAre(Pair("allowed-origins", "http://good.example")));
  EXPECT_THAT(get("1.14").requires_features, ElementsAre("origin-policy"));
  EXPECT_THAT(get("2.10").watch, ElementsAre("reconnect-backoff"));
}

TEST_F(HardCases, ClientsUnderTest) {
  EXPECT_FALSE(get("2.1").for_servers);
  EXPECT_TRUE(get("2.1").for_clients);
  EXPECT_EQ(opening("2.1").target, "/a/b?x=1&y=%20");
  EXPECT_EQ(opening("2.2").delay, Duration(2000));
  EXPECT_EQ(opening("2.2").asks.at(0).action, "send");
  EXPECT_EQ(opening("2.3").outcome, Opening::Outcome::kNoConnection);
  EXPECT_EQ(opening("2.3").url, "ws://${host}:99999/");
  EXPECT_EQ(opening("2.5").edits.at(0).value, "${accept-lower}");
  EXPECT_EQ(opening("2.8").before_head, "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(opening("2.8").after_head, std::string("\x81\x02hi\x89\0\x89", 7));
  EXPECT_EQ(step<SendOctets>("2.8", 0).payload.octets(), std::string(1, '\0'));
}

TEST_F(HardCases, FramesThatLie) {
  EXPECT_EQ(step<SendFrame>("3.1", 0).masked, false);
  EXPECT_EQ(step<SendFrame>("3.2", 0).masking_key, (MaskingKey{0, 0, 0, 0}));
  EXPECT_EQ(step<SendFrame>("3.3", 0).length_form, LengthForm::k64Bit);
  EXPECT_EQ(step<SendFrame>("3.4", 0).declared_length, std::uint64_t{1} << 63);
  EXPECT_FALSE(step<SendFrame>("3.5", 0).fin);
  EXPECT_FALSE(step<SendFrame>("3.5", 0).begins_closing);
  const auto& tolerated = get("3.1").close.tolerated;
  ASSERT_EQ(tolerated.size(), 2U);
  EXPECT_TRUE(tolerated[0].no_close_frame);
  EXPECT_THAT(tolerated[1].codes, ElementsAre(1009));
}

TEST_F(HardCases, AnAlternativeOfOurOwn) {
  const auto& tolerated = get("4.4").tolerated;
  ASSERT_EQ(tolerated.size(), 1U);
  EXPECT_EQ(tolerated[0].behavior, Behavior::kInformational);
  ASSERT_EQ(tolerated[0].events.size(), 1U);
  EXPECT_EQ(tolerated[0].events[0].kind, Event::Kind::kPing);
  EXPECT_EQ(tolerated[0].why, "Nobody could object to that.");
  EXPECT_TRUE(get("4.3").tolerated.empty());
}

TEST_F(HardCases, ManyStepsAndEventsThatNeedNotHappen) {
  const Case& burst = get("3.6");
  ASSERT_EQ(burst.steps.size(), 1000U);
  EXPECT_EQ(step<SendFrame>("3.6", 999).payload.octets(), "ping 999");
  ASSERT_EQ(burst.expect.at(0).events.size(), 1000U);
  EXPECT_TRUE(burst.expect[0].events[998].optional);
  EXPECT_FALSE(burst.expect[0].events[999].optional);
}

TEST_F(HardCases, BothSidesAtOnce) {
  EXPECT_EQ(step<Ask>("3.7", 0).action, "send");
  EXPECT_THAT(step<Ask>("3.7", 0).arguments,
              ElementsAre(Pair("count", "5000"), Pair("size", "1024")));
  EXPECT_EQ(step<PauseReading>("3.7", 1).duration, Duration(2000));
  EXPECT_EQ(step<SendMessage>("3.7", 51).payload.size, 1024U);
  EXPECT_EQ(step<Await>("3.7", 52).count, 5000U);
}

TEST_F(HardCases, TcpAndItsEnd) {
  EXPECT_EQ(step<SendFrame>("4.1", 0).declared_length, 10U);
  EXPECT_TRUE(std::holds_alternative<HalfClose>(get("4.1").steps.at(1)));
  EXPECT_EQ(step<Await>("4.1", 2).what, Await::What::kEof);
  EXPECT_TRUE(std::holds_alternative<ResetConnection>(get("2.10").steps.at(0)));
  const CloseExpectation& close = get("4.2").close;
  EXPECT_EQ(close.tester_keeps_tcp, Duration(30'000));
  EXPECT_EQ(close.peer_ends_tcp_within, Duration(1000));
  EXPECT_EQ(close.peer_keeps_tcp, Duration(0));
}

TEST_F(HardCases, ThePeerCloses) {
  const Case& one = get("4.3");
  EXPECT_FALSE(one.answers_close);
  EXPECT_THAT(step<Ask>("4.3", 0).arguments,
              ElementsAre(Pair("code", "3001"), Pair("reason", "bye")));
  EXPECT_TRUE(step<SendFrame>("4.3", 3).begins_closing);
  EXPECT_EQ(step<SendFrame>("4.3", 3).payload.octets(), "\x0b\xb9");
  EXPECT_EQ(one.close.reason->octets(), "bye");
  EXPECT_EQ(get("4.4").close.by, CloseExpectation::By::kAny);
}

TEST_F(HardCases, NegotiationAndCompression) {
  EXPECT_THAT(opening("5.1").subprotocols, ElementsAre("a", "chat"));
  EXPECT_EQ(opening("5.1").offers.at(0), "permessage-deflate; server_max_window_bits=\"10\"");
  EXPECT_EQ(get("5.1").spec.at(1).rfc, 7936);
  EXPECT_TRUE(step<SendMessage>("5.1", 0).compressed);
  EXPECT_EQ(step<SendFrame>("5.1", 1).rsv, rsv::k1);
  EXPECT_FALSE(step<SendFrame>("5.1", 1).compressed);
  EXPECT_TRUE(step<SendFrame>("5.1", 2).compressed);
}

TEST_F(HardCases, AMessageSpelledOutInFrames) {
  const auto& steps = get("5.2").steps;
  ASSERT_EQ(steps.size(), 4U);
  EXPECT_EQ(step<SendFrame>("5.2", 0).opcode, opcode::kText);
  EXPECT_EQ(step<SendFrame>("5.2", 1).opcode, opcode::kContinuation);
  EXPECT_FALSE(step<SendFrame>("5.2", 2).fin);
  EXPECT_EQ(step<SendFrame>("5.2", 2).payload.octets(), "c");
  EXPECT_TRUE(step<SendFrame>("5.2", 3).fin);
  EXPECT_EQ(step<SendFrame>("5.2", 3).payload.octets(), "");
}

TEST_F(HardCases, TheLayerBelow) {
  EXPECT_EQ(step<TransportAction>("5.3", 0).action, "settings");
  EXPECT_EQ(opening("5.3").edits.at(0).name, ":protocol");
}

}  // namespace
}  // namespace wsproof::conformance
