// SPDX-License-Identifier: Apache-2.0
// When a wait of a case is over: with a pong, early because of what was seen, or with its time.
#include <gtest/gtest.h>

#include <string>

#include "conformance/engine/engine.h"
#include "tests/conformance/engine_observations.h"
#include "tests/conformance/engine_rig.h"

namespace wsproof::test {
namespace {

using conformance::Behavior;
using conformance::Case;
using conformance::Duration;
using conformance::SendFrame;
using conformance::SendFramePayload;
using conformance::Settle;
using conformance::Wait;

// --- failing the connection ---

TEST(EngineWaitsTest, AViolationIsSentOnlyOnceThePeerHasShownThatItLives) {
  EngineRig rig(violation_case());
  EXPECT_EQ(rig.open(), "ping ?");
  rig.peer_pong();
  EXPECT_EQ(rig.sent(), "text Hello");
  rig.peer_close(1002);
  EXPECT_EQ(rig.sent(), "close 1002");
  rig.peer_eof();
  EXPECT_EQ(rig.verdict(), "PASS");
  EXPECT_TRUE(rig.result().received.empty());
}

TEST(EngineWaitsTest, ABareEndIsNonStrictBehindTheViolationAndAFailureBeforeIt) {
  EngineRig rig(violation_case());
  rig.open();
  rig.peer_pong();
  rig.peer_eof();
  EXPECT_EQ(rig.verdict(), "NON-STRICT");

  EngineRig early(violation_case());
  early.open();
  early.peer_eof();
  EXPECT_EQ(early.verdict(), "FAIL");
  EXPECT_EQ(early.result().behavior, Behavior::kOk);
  EXPECT_EQ(early.result().close_behavior, conformance::CloseBehavior::kOk);
}

TEST(EngineWaitsTest, StillOpenIsCertainAfterQuietAPongAndAMoment) {
  EngineRig rig(violation_case());
  rig.open();
  rig.peer_pong();
  rig.sent();
  rig.pass(149);
  EXPECT_EQ(rig.sent(), "");
  rig.pass(1);
  EXPECT_EQ(rig.sent(), "ping ?");
  rig.peer_pong();
  rig.pass(99);
  EXPECT_FALSE(rig.done());
  rig.pass(1);
  EXPECT_TRUE(rig.done());
  EXPECT_EQ(rig.verdict(), "FAIL");
  EXPECT_NE(rig.result().close_happened.find("kept the connection open"), std::string::npos);
}

TEST(EngineWaitsTest, AFailureRightBehindThePongStillCounts) {
  EngineRig rig(violation_case());
  rig.open();
  rig.peer_pong();
  rig.pass(150);
  rig.peer_pong();
  rig.pass(50);
  rig.peer_close(1002);
  rig.peer_eof();
  EXPECT_EQ(rig.verdict(), "PASS");
}

TEST(EngineWaitsTest, NoPingIsSentInsideAFrame) {
  Case test_case = violation_case();
  SendFrame open_frame = frame(opcode::kText, "abc");
  open_frame.declared_length = 10;
  test_case.steps = {open_frame};
  EngineRig rig(test_case);
  rig.open();
  rig.peer_pong();
  rig.sent();
  rig.pass(999);
  EXPECT_EQ(rig.sent(), "");
  rig.pass(1);
  EXPECT_EQ(rig.sent(), "END");
  EXPECT_EQ(rig.verdict(), "FAIL");
}

// --- waits kept to the letter ---

TEST(EngineWaitsTest, WaitModeKeepsTheTimesOfTheCase) {
  Case test_case = echo_case();
  test_case.drop_tcp_after.reset();
  test_case.close_after = Duration(1000);
  EngineRig rig(test_case, Role::kServer, Settle::kWait);
  rig.open();
  rig.peer_text("Hello");
  rig.pass(999);
  EXPECT_EQ(rig.sent(), "");
  rig.pass(1);
  EXPECT_EQ(rig.sent(), "close 1000");
}

TEST(EngineWaitsTest, WaitModeClosesAtOnceWhereTheTesterWouldDrop) {
  EngineRig rig(echo_case(), Role::kServer, Settle::kWait);
  rig.open();
  rig.peer_text("Hello");
  EXPECT_EQ(rig.sent(), "close 1000");
}

TEST(EngineWaitsTest, WaitModeDropsWhenTheTimeIsOver) {
  EngineRig rig(echo_case(), Role::kServer, Settle::kWait);
  rig.open();
  rig.pass(999);
  EXPECT_FALSE(rig.done());
  rig.pass(1);
  EXPECT_EQ(rig.sent(), "END");
  EXPECT_TRUE(rig.result().close.dropped_by_tester);
}

Case wait_case() {
  Case test_case = violation_case();
  test_case.steps = {frame(opcode::kText, "a", false), Wait{Duration(1000), "A"},
                     frame(opcode::kContinuation, "b", false), Wait{Duration(1000), "B"},
                     frame(opcode::kContinuation, "c")};
  test_case.expect = {{Behavior::kOk, {timeout("A")}, {}},
                      {Behavior::kNonStrict, {timeout("A"), timeout("B")}, "late"}};
  return test_case;
}

TEST(EngineWaitsTest, AWaitThatMustBeSurvivedEndsWithAPong) {
  EngineRig rig(wait_case());
  rig.open();
  rig.peer_pong();
  EXPECT_EQ(rig.sent(), "text... a, ping ?");
  rig.peer_pong();
  EXPECT_EQ(rig.sent(), "continuation... b");
  rig.peer_close(1002);
  rig.peer_eof();
  EXPECT_EQ(rig.verdict(), "PASS");
}

TEST(EngineWaitsTest, AWaitInWhichThePeerIsToFailIsAskedAboutOnlyAfterQuiet) {
  EngineRig rig(wait_case());
  rig.open();
  rig.peer_pong();
  rig.peer_pong();
  rig.sent();
  rig.pass(149);
  EXPECT_EQ(rig.sent(), "");
  rig.pass(1);
  EXPECT_EQ(rig.sent(), "ping ?");
  rig.peer_pong();
  rig.pass(100);
  EXPECT_EQ(rig.sent(), "continuation c");
  rig.peer_close(1002);
  rig.peer_eof();
  EXPECT_EQ(rig.verdict(), "NON-STRICT");
}

TEST(EngineWaitsTest, WaitsInsideAFrameAreShortWhereThePeerMustLive) {
  Case test_case = wait_case();
  SendFrame head = frame(opcode::kText, "", false);
  head.header_only = true;
  head.declared_length = 3;
  test_case.steps = {head,
                     SendFramePayload{{"a", 1}, {}},
                     Wait{Duration(1000), "A"},
                     SendFramePayload{{"b", 1}, {}},
                     Wait{Duration(1000), "B"},
                     SendFramePayload{{"c", 1}, {}}};
  EngineRig rig(test_case);
  rig.open();
  rig.peer_pong();
  rig.writes();
  rig.pass(99);
  EXPECT_EQ(rig.writes(), "");
  rig.pass(1);
  EXPECT_EQ(rig.writes(), "1");
  rig.pass(999);
  EXPECT_EQ(rig.writes(), "");
  rig.pass(1);
  EXPECT_EQ(rig.writes(), "1");
  EXPECT_EQ(rig.sent(), "text... abc");
  rig.peer_close(1002);
  rig.peer_eof();
  EXPECT_EQ(rig.verdict(), "NON-STRICT");
}

}  // namespace
}  // namespace wsproof::test
