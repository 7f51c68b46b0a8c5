// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "conformance/engine/autobahn.h"
#include "tests/conformance/engine_observations.h"

namespace wsproof::test {
namespace {

using conformance::Behavior;
using conformance::Case;
using conformance::Observation;
using conformance::Verdict;

/// "OK/WRONG CODE".
std::string pair(const Case& test_case, const Observation& seen) {
  const conformance::AutobahnPair both = judge_as_autobahn(test_case, seen);
  return std::string(autobahn_name(both.behavior)) + "/" + autobahn_name(both.close);
}

// "Behaviour: the first alternative whose events equal all that was received; else FAILED."
TEST(AutobahnTest, TheFirstAlternativeThatEqualsAllDecides) {
  Case test_case = echo_case();
  test_case.expect = {{Behavior::kNonStrict, {}, "why"}, {Behavior::kOk, {text("Hello")}, {}}};
  EXPECT_EQ(pair(test_case, closed_by_tester({text("Hello")})), "OK/OK");
  EXPECT_EQ(pair(test_case, closed_by_tester({})), "NON-STRICT/OK");
  EXPECT_EQ(pair(test_case, closed_by_tester({text("hello")})), "FAILED/OK");
  EXPECT_EQ(pair(test_case, closed_by_tester({text("Hello"), text("Hello")})), "FAILED/OK");
}

TEST(AutobahnTest, PingsPongsAndTimeoutsCountAsMuchAsMessages) {
  EXPECT_EQ(pair(echo_case(), closed_by_tester({ping(""), text("Hello")})), "FAILED/OK");
  EXPECT_EQ(pair(echo_case(), closed_by_tester({text("Hello"), pong("")})), "FAILED/OK");
  Case test_case = echo_case();
  test_case.expect[0].events = {timeout("A"), pong("x")};
  EXPECT_EQ(pair(test_case, closed_by_tester({timeout("A"), pong("x")})), "OK/OK");
  EXPECT_EQ(pair(test_case, closed_by_tester({pong("x"), timeout("A")})), "FAILED/OK");
  EXPECT_EQ(pair(test_case, closed_by_tester({timeout("B"), pong("x")})), "FAILED/OK");
}

TEST(AutobahnTest, TypeOfMessageCounts) {
  Case test_case = echo_case();
  test_case.expect[0].events[0].binary = true;
  EXPECT_EQ(pair(test_case, closed_by_tester({text("Hello")})), "FAILED/OK");
}

// "Close: never opened: FAILED" and the behaviour is what the events say, blind as that is.
TEST(AutobahnTest, NeverOpened) {
  Observation seen;
  seen.opening = Observation::Opening::kRefused;
  EXPECT_EQ(pair(violation_case(), seen), "OK/FAILED");
  EXPECT_EQ(pair(echo_case(), seen), "FAILED/FAILED");
}

// "closed by the wrong side: FAILED"
TEST(AutobahnTest, ClosedByTheWrongSide) {
  EXPECT_EQ(pair(echo_case(), closed_by_peer({text("Hello")}, 1000)), "OK/FAILED");
  EXPECT_EQ(pair(violation_case(), closed_by_tester({}, 1002)), "OK/FAILED");
  EXPECT_EQ(pair(violation_case(), still_open({})), "OK/FAILED");
}

// "`wrong_endpoint_is_fatal`: if the tester had to close, the behaviour is FAILED too."
TEST(AutobahnTest, WrongEndpointCanBeFatal) {
  Case test_case = violation_case();
  test_case.close.wrong_endpoint_is_fatal = true;
  EXPECT_EQ(pair(test_case, still_open({})), "FAILED/FAILED");
  EXPECT_EQ(pair(test_case, closed_by_tester({}, 1002)), "FAILED/FAILED");
  EXPECT_EQ(pair(test_case, closed_by_peer({})), "OK/OK");
}

// "`clean` required and not clean: UNCLEAN", before any look at the code.
TEST(AutobahnTest, Unclean) {
  Observation seen = closed_by_tester({text("Hello")}, 1011);
  seen.close.clean = false;
  EXPECT_EQ(pair(echo_case(), seen), "OK/UNCLEAN");
  Case test_case = echo_case();
  test_case.close.clean = false;
  EXPECT_EQ(pair(test_case, seen), "OK/WRONG CODE");
}

// "the peer's code not in `codes` (no code at all is fine): WRONG CODE"
TEST(AutobahnTest, WrongCode) {
  EXPECT_EQ(pair(violation_case(), closed_by_peer({}, 1007)), "OK/WRONG CODE");
  Observation seen = closed_by_peer({});
  seen.close.remote_code.reset();
  EXPECT_EQ(pair(violation_case(), seen), "OK/OK");
  EXPECT_EQ(pair(violation_case(), bare_end({})), "OK/OK");
}

TEST(AutobahnTest, WrongCodeCanBeFatal) {
  Case test_case = violation_case();
  test_case.close.wrong_code_is_fatal = true;
  EXPECT_EQ(pair(test_case, closed_by_peer({}, 1007)), "FAILED/WRONG CODE");
  EXPECT_EQ(pair(test_case, closed_by_peer({}, 1002)), "OK/OK");
}

// "tester is a client and had to drop TCP itself: FAILED BY CLIENT"
TEST(AutobahnTest, FailedByClient) {
  Observation seen = closed_by_peer({});
  seen.close.dropped_by_tester = true;
  seen.close.tcp_end_timeout = true;
  seen.close.clean = false;
  EXPECT_EQ(pair(violation_case(), seen), "OK/FAILED BY CLIENT");
  seen.peer = Role::kClient;
  EXPECT_EQ(pair(violation_case(), seen), "OK/OK");
}

TEST(AutobahnTest, Informational) {
  Case test_case = echo_case();
  test_case.informational = true;
  EXPECT_EQ(pair(test_case, bare_end({})), "INFORMATIONAL/INFORMATIONAL");
}

TEST(AutobahnTest, Unimplemented) {
  Observation seen = closed_by_tester({});
  seen.deflate_declined = true;
  EXPECT_EQ(pair(echo_case(), seen), "UNIMPLEMENTED/UNIMPLEMENTED");
}

// Known weaknesses, kept on purpose so that verdicts compare.
TEST(AutobahnTest, IsBlindToAPeerThatIsGone) {
  Observation seen = bare_end({});
  seen.alive = false;
  seen.steps_done = false;
  EXPECT_EQ(pair(violation_case(), seen), "OK/OK");
}

TEST(AutobahnTest, SummaryIsTheWorseOfBoth) {
  using conformance::CloseBehavior;
  EXPECT_EQ(conformance::summary({Behavior::kOk, CloseBehavior::kOk}), Verdict::kPass);
  EXPECT_EQ(conformance::summary({Behavior::kNonStrict, CloseBehavior::kOk}), Verdict::kNonStrict);
  EXPECT_EQ(conformance::summary({Behavior::kOk, CloseBehavior::kUnclean}), Verdict::kFail);
  EXPECT_EQ(conformance::summary({Behavior::kFailed, CloseBehavior::kOk}), Verdict::kFail);
  EXPECT_EQ(conformance::summary({Behavior::kInformational, CloseBehavior::kInformational}),
            Verdict::kInformational);
  EXPECT_EQ(conformance::summary({Behavior::kUnimplemented, CloseBehavior::kUnimplemented}),
            Verdict::kUnsupported);
}

}  // namespace
}  // namespace wsproof::test
