// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "conformance/engine/verdict.h"
#include "tests/conformance/engine_observations.h"

namespace wsproof::test {
namespace {

using conformance::Behavior;
using conformance::Case;
using conformance::CloseExpectation;
using conformance::Judgement;
using conformance::Observation;
using conformance::Opening;
using conformance::Wait;

std::string verdict(const Case& test_case, const Observation& seen) {
  return name(judge(test_case, seen).verdict);
}

TEST(VerdictTest, AsExpectedPasses) {
  EXPECT_EQ(verdict(echo_case(), closed_by_tester({text("Hello")})), "PASS");
  EXPECT_EQ(verdict(violation_case(), closed_by_peer({})), "PASS");
}

TEST(VerdictTest, WhereTheLayersAgreeNothingIsToBeExplained) {
  EXPECT_EQ(judge(echo_case(), closed_by_tester({text("Hello")})).difference, "");
  EXPECT_EQ(judge(echo_case(), closed_by_tester({text("hello")})).difference, "");
}

TEST(VerdictTest, OtherEventsFail) {
  EXPECT_EQ(verdict(echo_case(), closed_by_tester({})), "FAIL");
  EXPECT_EQ(verdict(echo_case(), closed_by_tester({text("Hello"), text("Hello")})), "FAIL");
}

TEST(VerdictTest, AToleratedAlternativeIsNonStrict) {
  Case test_case = echo_case();
  test_case.expect.push_back({Behavior::kNonStrict, {}, "it may be lost"});
  const Judgement judgement = judge(test_case, closed_by_tester({}));
  EXPECT_EQ(name(judgement.verdict), std::string("NON-STRICT"));
  EXPECT_NE(judgement.acceptable.find("it may be lost"), std::string::npos);
}

// What the RFC does not ask for and Autobahn does: the pair stays as it is.
TEST(VerdictTest, WhatOnlyOurOwnVerdictToleratesIsFailedByAutobahnsRules) {
  Case test_case = echo_case();
  test_case.tolerated = {{Behavior::kNonStrict, {}, "it may be lost"}};
  const Judgement judgement = judge(test_case, closed_by_tester({}));
  EXPECT_EQ(name(judgement.verdict), std::string("NON-STRICT"));
  EXPECT_EQ(autobahn_name(judgement.autobahn.behavior), std::string("FAILED"));
  EXPECT_NE(judgement.difference.find("because it may be lost"), std::string::npos);
  EXPECT_NE(judgement.acceptable.find("(NON-STRICT: it may be lost)"), std::string::npos);
  EXPECT_EQ(verdict(test_case, closed_by_tester({text("Hello")})), "PASS");
  EXPECT_EQ(verdict(test_case, closed_by_tester({text("hello")})), "FAIL");
  test_case.tolerated[0].behavior = Behavior::kOk;
  EXPECT_EQ(verdict(test_case, closed_by_tester({})), "PASS");
}

// Decision 1: right code, bare end, wrong code, still open.
TEST(VerdictTest, AnswersToAViolation) {
  EXPECT_EQ(verdict(violation_case(), closed_by_peer({}, 1002)), "PASS");
  EXPECT_EQ(verdict(violation_case(), bare_end({})), "NON-STRICT");
  EXPECT_EQ(verdict(violation_case(), closed_by_peer({}, 1000)), "FAIL");
  EXPECT_EQ(verdict(violation_case(), still_open({})), "FAIL");
  Observation codeless = closed_by_peer({});
  codeless.close.remote_code.reset();
  EXPECT_EQ(verdict(violation_case(), codeless), "NON-STRICT");
}

// Decision 2: masking violations may be answered by a bare end.
TEST(VerdictTest, BareEndIsEnoughForMasking) {
  Case test_case = violation_case();
  test_case.decision = 2;
  EXPECT_EQ(verdict(test_case, bare_end({})), "PASS");
}

TEST(VerdictTest, BareEndIsNoAnswerToAClose) {
  Observation seen = bare_end({text("Hello")});
  seen.close.closed_by_tester = true;
  EXPECT_EQ(verdict(echo_case(), seen), "FAIL");
}

TEST(VerdictTest, APeerThatNeverShowedThatItLivedFails) {
  Observation seen = bare_end({});
  seen.alive = false;
  seen.steps_done = false;
  const Judgement judgement = judge(violation_case(), seen);
  EXPECT_EQ(name(judgement.verdict), std::string("FAIL"));
  EXPECT_NE(judgement.happened.find("right after the opening handshake"), std::string::npos);
  EXPECT_EQ(autobahn_name(judgement.autobahn.behavior), std::string("OK"));
  EXPECT_NE(judgement.difference, "");
}

// An answer to a faulty Close that does not say so is the answer of a peer that saw no fault.
TEST(VerdictTest, FaultyCloseMustBeCalledFaulty) {
  Case test_case = faulty_close_case("a");
  EXPECT_EQ(verdict(test_case, closed_by_tester({}, 1002)), "PASS");
  EXPECT_EQ(verdict(test_case, closed_by_tester({}, 1000)), "FAIL");
  Observation seen = closed_by_tester({});
  seen.close.remote_code.reset();
  EXPECT_EQ(verdict(test_case, seen), "FAIL");
  seen.close.remote_close_received = false;
  EXPECT_EQ(verdict(test_case, seen), "NON-STRICT");
}

TEST(VerdictTest, AnswerToACloseThatIsAStimulusMustSayWhy) {
  Observation seen = closed_by_peer({});
  seen.close_is_stimulus = true;
  EXPECT_EQ(verdict(violation_case(), seen), "PASS");
  seen.close.remote_code.reset();
  EXPECT_EQ(verdict(violation_case(), seen), "FAIL");
}

// Decision 5.
TEST(VerdictTest, EchoOfAnUnassignedCodeIsTolerated) {
  Observation seen = closed_by_tester({}, 1100);
  seen.close.local_code = 1100;
  EXPECT_EQ(verdict(faulty_close_case("\x04\x4c"), seen), "NON-STRICT");
  seen.close.local_code = 1005;
  seen.close.remote_code = 1005;
  EXPECT_EQ(verdict(faulty_close_case("\x03\xed"), seen), "FAIL");
}

// Decision 6.
TEST(VerdictTest, AnotherLegalCodeInAnswerToACloseIsInformational) {
  const Judgement judgement = judge(echo_case(), closed_by_tester({text("Hello")}, 1001));
  EXPECT_EQ(name(judgement.verdict), std::string("INFORMATIONAL"));
  EXPECT_NE(judgement.difference.find("5.5.1"), std::string::npos);
}

TEST(VerdictTest, ACloseWithNothingWrongIsNoViolation) {
  EXPECT_EQ(verdict(echo_case(), closed_by_tester({text("Hello")}, 1002)), "FAIL");
  EXPECT_EQ(verdict(echo_case(), closed_by_tester({text("Hello")}, 1007)), "FAIL");
  EXPECT_EQ(verdict(echo_case(), closed_by_tester({text("Hello")}, 1011)), "INFORMATIONAL");
}

// Decision 7.
TEST(VerdictTest, OnlyTheLastOfABurstOfPongsIsRequired) {
  Case test_case = echo_case();
  test_case.expect[0].events = {pong("1"), pong("2"), pong("3")};
  EXPECT_EQ(verdict(test_case, closed_by_tester({pong("3")})), "PASS");
  EXPECT_EQ(verdict(test_case, closed_by_tester({pong("1"), pong("3")})), "PASS");
  EXPECT_EQ(verdict(test_case, closed_by_tester({pong("1"), pong("2")})), "FAIL");
  EXPECT_EQ(verdict(test_case, closed_by_tester({pong("3"), pong("1")})), "FAIL");
  EXPECT_NE(judge(test_case, closed_by_tester({pong("3")})).difference, "");
  test_case.steps.emplace_back(Wait{});
  EXPECT_EQ(verdict(test_case, closed_by_tester({pong("3")})), "FAIL");
}

TEST(VerdictTest, WhatAPeerMaySendAnyTimeIsPutAside) {
  Observation seen = closed_by_tester({text("Hello")});
  seen.events.push_back(ping("are you there"));
  const Judgement judgement = judge(echo_case(), seen);
  EXPECT_EQ(name(judgement.verdict), std::string("PASS"));
  EXPECT_EQ(autobahn_name(judgement.autobahn.behavior), std::string("FAILED"));
  EXPECT_NE(judgement.difference, "");
}

TEST(VerdictTest, FindingsWeigh) {
  Observation seen = closed_by_tester({text("Hello")});
  seen.findings = {{.name = "x", .sentence = "a remark", .fatal = false, .remark = true}};
  EXPECT_EQ(verdict(echo_case(), seen), "PASS");
  seen.findings.push_back({.name = "y", .sentence = "tolerated", .fatal = false});
  EXPECT_EQ(verdict(echo_case(), seen), "NON-STRICT");
  seen.findings.push_back({.name = "z", .sentence = "it masked a frame"});
  EXPECT_EQ(verdict(echo_case(), seen), "FAIL");
  EXPECT_NE(judge(echo_case(), seen).difference.find("it masked a frame"), std::string::npos);
}

TEST(VerdictTest, TimeoutsOfTheClosingFail) {
  Observation seen = closed_by_peer({});
  seen.close.tcp_end_timeout = true;
  EXPECT_EQ(verdict(violation_case(), seen), "FAIL");
  seen = closed_by_tester({text("Hello")});
  seen.close.remote_close_received = false;
  seen.close.close_timeout = true;
  seen.close.clean = false;
  EXPECT_EQ(verdict(echo_case(), seen), "FAIL");
  seen = closed_by_tester({text("Hello")});
  seen.settle_unanswered = true;
  EXPECT_EQ(verdict(echo_case(), seen), "FAIL");
}

TEST(VerdictTest, InformationalCasesStillAskForDecency) {
  Case test_case = echo_case();
  test_case.informational = true;
  EXPECT_EQ(verdict(test_case, closed_by_tester({}, 1011)), "INFORMATIONAL");
  Observation seen = closed_by_tester({});
  seen.close.close_timeout = true;
  EXPECT_EQ(verdict(test_case, seen), "FAIL");
  seen = bare_end({});
  seen.alive = false;
  EXPECT_EQ(verdict(test_case, seen), "FAIL");
}

TEST(VerdictTest, NotOpenedFailsAndSaysHow) {
  Observation seen;
  seen.opening = Observation::Opening::kRefused;
  seen.status = 400;
  const Judgement judgement = judge(violation_case(), seen);
  EXPECT_EQ(name(judgement.verdict), std::string("FAIL"));
  EXPECT_NE(judgement.happened.find("400"), std::string::npos);
}

TEST(VerdictTest, UnsupportedAndAbandoned) {
  Observation seen = closed_by_tester({});
  seen.unsupported = "there is no driver";
  EXPECT_EQ(verdict(echo_case(), seen), "UNSUPPORTED");
  seen = closed_by_tester({text("Hello")});
  seen.abandoned = "the run was interrupted";
  EXPECT_EQ(verdict(echo_case(), seen), "FAIL");
}

TEST(VerdictTest, ToleratedClosings) {
  Case test_case = violation_case();
  test_case.close.tolerated = {{.codes = {1007}, .behavior = Behavior::kInformational, .why = "w"}};
  EXPECT_EQ(verdict(test_case, closed_by_peer({}, 1007)), "INFORMATIONAL");
  test_case.close.tolerated = {{.no_close_frame = true, .behavior = Behavior::kOk, .why = "w"}};
  EXPECT_EQ(verdict(test_case, bare_end({})), "PASS");
}

TEST(VerdictTest, TheReasonMustBeTheOneAskedFor) {
  Case test_case = echo_case();
  test_case.close.reason = {"bye", 3};
  Observation seen = closed_by_tester({text("Hello")});
  EXPECT_EQ(verdict(test_case, seen), "FAIL");
  seen.close.remote_reason = "bye";
  EXPECT_EQ(verdict(test_case, seen), "PASS");
}

TEST(VerdictTest, WhoeverClosesWhereAnyoneMay) {
  Case test_case = echo_case();
  test_case.close.by = CloseExpectation::By::kAny;
  EXPECT_EQ(verdict(test_case, closed_by_tester({text("Hello")})), "PASS");
  EXPECT_EQ(verdict(test_case, closed_by_peer({text("Hello")}, 1000)), "PASS");
  test_case.close.by = CloseExpectation::By::kNobody;
  test_case.close.clean = false;
  EXPECT_EQ(verdict(test_case, closed_by_peer({text("Hello")}, 1000)), "FAIL");
  EXPECT_EQ(verdict(test_case, bare_end({text("Hello")})), "PASS");
}

// --- the opening handshake ---

Observation opening(Observation::Opening outcome, int status = 0) {
  Observation seen;
  seen.opening = outcome;
  seen.status = status;
  return seen;
}

Case refusal_case() {
  Case test_case = echo_case();
  test_case.opening.emplace();
  test_case.opening->outcome = Opening::Outcome::kRefused;
  return test_case;
}

TEST(VerdictTest, RefusalThatIsWanted) {
  using Got = Observation::Opening;
  Case test_case = refusal_case();
  EXPECT_EQ(verdict(test_case, opening(Got::kRefused, 400)), "PASS");
  EXPECT_EQ(verdict(test_case, opening(Got::kRefused, 200)), "FAIL");
  EXPECT_EQ(verdict(test_case, opening(Got::kClosed)), "PASS");
  EXPECT_EQ(verdict(test_case, opening(Got::kNothing)), "FAIL");
  EXPECT_EQ(verdict(test_case, opening(Got::kNotHttp)), "FAIL");
  EXPECT_EQ(verdict(test_case, open_connection({})), "FAIL");
  test_case.opening->statuses = {426};
  EXPECT_EQ(verdict(test_case, opening(Got::kRefused, 400)), "FAIL");
  EXPECT_EQ(verdict(test_case, opening(Got::kRefused, 426)), "PASS");
  test_case.opening->close_is_refusal = false;
  EXPECT_EQ(verdict(test_case, opening(Got::kClosed)), "FAIL");
}

TEST(VerdictTest, OpeningThatIsPutUpWith) {
  using Got = Observation::Opening;
  Case test_case = refusal_case();
  test_case.opening->tolerated = {
      {.outcome = Opening::Outcome::kOpen, .behavior = Behavior::kNonStrict, .why = "decision 9"}};
  EXPECT_EQ(verdict(test_case, open_connection({})), "NON-STRICT");
  test_case.opening->outcome = Opening::Outcome::kEither;
  EXPECT_EQ(verdict(test_case, opening(Got::kRefused, 400)), "INFORMATIONAL");
  EXPECT_EQ(verdict(test_case, closed_by_tester({text("Hello")})), "INFORMATIONAL");
  EXPECT_EQ(verdict(test_case, opening(Got::kNothing)), "FAIL");
}

}  // namespace
}  // namespace wsproof::test
