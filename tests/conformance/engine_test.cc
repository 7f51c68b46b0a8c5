// SPDX-License-Identifier: Apache-2.0
#include "conformance/engine/engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "tests/conformance/engine_loopback.h"
#include "tests/conformance/engine_observations.h"
#include "tests/conformance/engine_rig.h"

namespace wsproof::test {
namespace {

using conformance::Ask;
using conformance::Await;
using conformance::Behavior;
using conformance::Case;
using conformance::CaseResult;
using conformance::Chop;
using conformance::CloseExpectation;
using conformance::Duration;
using conformance::EngineOptions;
using conformance::HalfClose;
using conformance::ResetConnection;
using conformance::SendFrame;
using conformance::SendMessage;
using conformance::SendOctets;
using conformance::Settle;

bool has_finding(const CaseResult& result, std::string_view name) {
  return std::any_of(result.findings.begin(), result.findings.end(),
                     [name](const auto& finding) { return finding.name == name; });
}

// --- the ordinary course ---

TEST(EngineTest, EchoIsSettledThenClosed) {
  EngineRig rig(echo_case());
  EXPECT_EQ(rig.open(), "text Hello");
  rig.peer_text("Hello");
  EXPECT_EQ(rig.sent(), "ping ?");
  rig.peer_pong();
  EXPECT_EQ(rig.sent(), "close 1000");
  rig.peer_close(1000);
  EXPECT_FALSE(rig.done());
  rig.peer_eof();
  EXPECT_TRUE(rig.done());
  EXPECT_EQ(rig.sent(), "END");
  EXPECT_EQ(rig.verdict(), "PASS");
}

TEST(EngineTest, AServerEndsTcpFirstAgainstAClient) {
  EngineRig rig(echo_case(), Role::kClient);
  EXPECT_EQ(rig.open(), "text Hello");
  rig.peer_text("Hello");
  rig.peer_pong();
  EXPECT_EQ(rig.sent(), "ping ?, close 1000");
  rig.peer_close(1000);
  EXPECT_EQ(rig.sent(), "FIN");
  rig.peer_eof();
  EXPECT_EQ(rig.verdict(), "PASS");
}

TEST(EngineTest, ASecondEchoBeforeThePongIsSeen) {
  EngineRig rig(echo_case());
  rig.open();
  rig.peer_text("Hello");
  rig.peer_text("Hello");
  rig.peer_pong();
  rig.peer_close(1000);
  rig.peer_eof();
  EXPECT_EQ(rig.verdict(), "FAIL");
  EXPECT_EQ(rig.result().behavior, Behavior::kFailed);
}

TEST(EngineTest, ASecondEchoBehindThePongIsAFinding) {
  EngineRig rig(echo_case());
  rig.open();
  rig.peer_text("Hello");
  rig.peer_pong();
  rig.peer_text("Hello");
  rig.peer_close(1000);
  rig.peer_eof();
  EXPECT_EQ(rig.verdict(), "FAIL");
  EXPECT_EQ(rig.result().behavior, Behavior::kOk);
  EXPECT_TRUE(has_finding(rig.result(), "message-superfluous"));
}

TEST(EngineTest, WithoutAPongTheFullTimeIsWaited) {
  EngineRig rig(echo_case());
  rig.open();
  rig.peer_text("Hello");
  EXPECT_EQ(rig.sent(), "ping ?");
  rig.pass(999);
  EXPECT_EQ(rig.sent(), "");
  rig.pass(1);
  EXPECT_EQ(rig.sent(), "close 1000");
  rig.peer_close(1000);
  rig.peer_eof();
  EXPECT_EQ(rig.verdict(), "FAIL");
  EXPECT_TRUE(has_finding(rig.result(), "ping-unanswered"));
}

TEST(EngineTest, ABusyPeerHasTenOfItsRoundTrips) {
  EngineRig rig(echo_case());
  rig.connect();
  rig.pass(200);
  rig.peer_octets(rig.response());
  EXPECT_EQ(rig.sent(), "text Hello");
  rig.pass(1999);
  EXPECT_FALSE(rig.done());
  rig.peer_text("Hello");
  EXPECT_EQ(rig.sent(), "ping ?");
  rig.peer_pong();
  rig.peer_close(1000);
  rig.peer_eof();
  EXPECT_EQ(rig.verdict(), "PASS");
}

TEST(EngineTest, ABusyPeerHasNoMoreThanFourSeconds) {
  EngineRig rig(echo_case());
  rig.connect();
  rig.pass(3000);
  rig.peer_octets(rig.response());
  rig.pass(3999);
  EXPECT_FALSE(rig.done());
  rig.pass(1);
  EXPECT_TRUE(rig.done());
  EXPECT_EQ(rig.verdict(), "FAIL");
}

TEST(EngineTest, WaitModeKnowsNoBusyPeer) {
  EngineRig rig(echo_case(), Role::kServer, Settle::kWait);
  rig.connect();
  rig.pass(200);
  rig.peer_octets(rig.response());
  rig.pass(1000);
  EXPECT_TRUE(rig.done());
}

TEST(EngineTest, ThePingsOfTheCaseAreAnsweredBeforeTheProbe) {
  Case test_case = echo_case();
  test_case.steps = {frame(opcode::kPing, "1"), frame(opcode::kPing, "2")};
  test_case.expect[0].events = {pong("1"), pong("2")};
  EngineRig rig(test_case);
  EXPECT_EQ(rig.open(), "ping 1, ping 2");
  rig.peer_frame(opcode::kPong, "1");
  EXPECT_EQ(rig.sent(), "");
  rig.peer_frame(opcode::kPong, "2");
  EXPECT_EQ(rig.sent(), "ping ?");
}

TEST(EngineTest, PingsOfThePeerAreAnsweredAndPutAside) {
  EngineRig rig(echo_case());
  rig.open();
  rig.peer_frame(opcode::kPing, "beat");
  EXPECT_EQ(rig.sent(), "pong beat");
  rig.peer_text("Hello");
  rig.peer_pong();
  rig.peer_close(1000);
  rig.peer_eof();
  EXPECT_EQ(rig.verdict(), "PASS");
  EXPECT_EQ(rig.result().behavior, Behavior::kFailed);
  EXPECT_NE(rig.result().difference, "");
}

// --- steps ---

TEST(EngineTest, SendsAreCutAsTheCaseSays) {
  const auto writes_with = [](const Chop& chop) {
    Case test_case = echo_case();
    SendFrame step = frame(opcode::kText, "Hello");
    step.chop = chop;
    test_case.steps = {step, step};
    EngineRig rig(test_case, Role::kClient);
    rig.open();
    const std::string writes = rig.writes();
    return writes.substr(writes.find(' ') + 1);  // behind the head
  };
  EXPECT_EQ(writes_with({Chop::Mode::kTogether}), "14");
  EXPECT_EQ(writes_with({Chop::Mode::kFrame}), "7 7");
  EXPECT_EQ(writes_with({Chop::Mode::kOctets, 3}), "3 3 1 3 3 1");
  EXPECT_EQ(writes_with({Chop::Mode::kTail, 2}), "5 2 5 2");
}

TEST(EngineTest, ChoppedSendsMayPause) {
  Case test_case = echo_case();
  SendFrame step = frame(opcode::kText, "Hello");
  step.chop = {Chop::Mode::kTail, 2, Duration(50)};
  test_case.steps = {step};
  EngineRig rig(test_case, Role::kClient);
  EXPECT_EQ(rig.open(), "");
  rig.pass(49);
  EXPECT_EQ(rig.sent(), "");
  rig.pass(1);
  EXPECT_EQ(rig.sent(), "text Hello");
}

TEST(EngineTest, MessagesAreFragmented) {
  Case test_case = echo_case();
  test_case.steps = {SendMessage{.payload = {"Hello", 5}, .fragment_size = 2}};
  EngineRig rig(test_case);
  EXPECT_EQ(rig.open(), "text... He, continuation... ll, continuation o");
}

TEST(EngineTest, OctetsGoOutAsTheyAre) {
  Case test_case = echo_case();
  test_case.steps = {SendOctets{{std::string("\x89\x80\0\0\0\0", 6), 6}, {}}};
  EngineRig rig(test_case);
  EXPECT_EQ(rig.open(), "ping");
}

TEST(EngineTest, AwaitGoesOnWithWhatIsAwaited) {
  Case test_case = echo_case();
  test_case.steps = {frame(opcode::kText, "a"), Await{Await::What::kMessage, 1},
                     frame(opcode::kText, "b")};
  test_case.expect[0].events = {text("a"), text("b")};
  EngineRig rig(test_case);
  EXPECT_EQ(rig.open(), "text a");
  rig.pass(900);
  rig.peer_text("a");
  EXPECT_EQ(rig.sent(), "text b");
  rig.pass(900);
  EXPECT_FALSE(rig.done());
}

TEST(EngineTest, AwaitEndsWithTheTimeOfTheCase) {
  Case test_case = echo_case();
  test_case.steps = {Await{Await::What::kMessage, 1}, frame(opcode::kText, "b")};
  EngineRig rig(test_case);
  rig.open();
  rig.pass(1000);
  EXPECT_TRUE(rig.done());
  EXPECT_EQ(rig.verdict(), "FAIL");
}

TEST(EngineTest, APeerThatGetsBusyHasMoreTimeForItsClose) {
  EngineRig rig(echo_case());
  rig.open();
  rig.peer_text("Hello");
  rig.pass(300);
  rig.peer_pong();
  EXPECT_EQ(rig.sent(), "ping ?, close 1000");
  rig.pass(2999);
  rig.peer_close(1000);
  rig.pass(2999);
  EXPECT_FALSE(rig.done());
  rig.peer_eof();
  EXPECT_EQ(rig.verdict(), "PASS");
}

TEST(EngineTest, APongThatComesLateShowsThatThePeerWasThere) {
  for (const bool answers : {false, true}) {
    EngineRig rig(violation_case());
    EXPECT_EQ(rig.open(), "ping ?");
    rig.pass(1000);
    EXPECT_NE(rig.sent(), "");
    if (answers) rig.peer_pong();
    rig.peer_close(1002);
    rig.peer_eof();
    EXPECT_EQ(rig.verdict(), answers ? "PASS" : "FAIL");
  }
}

TEST(EngineTest, AwaitedCloseIsLeftToTheSteps) {
  Case test_case = violation_case();
  test_case.steps = {frame(opcode::kText, "x"), Await{Await::What::kClose, 1},
                     frame(opcode::kText, "too late")};
  EngineRig rig(test_case);
  rig.open();
  rig.peer_pong();
  rig.sent();
  rig.peer_close(1002);
  EXPECT_EQ(rig.sent(), "text too late, close 1002");
  rig.peer_eof();
  EXPECT_EQ(rig.verdict(), "PASS");
}

TEST(EngineTest, TheTesterMayLeaveACloseUnanswered) {
  Case test_case = violation_case();
  test_case.answers_close = false;
  EngineRig rig(test_case);
  rig.open();
  rig.peer_pong();
  rig.sent();
  rig.peer_close(1002);
  EXPECT_EQ(rig.sent(), "");
  rig.peer_eof();
  EXPECT_EQ(rig.verdict(), "PASS");
}

TEST(EngineTest, HalfCloseAndReset) {
  Case test_case = violation_case();
  test_case.close.by = CloseExpectation::By::kNobody;
  test_case.steps = {HalfClose{}, Await{Await::What::kEof, 1}};
  EngineRig rig(test_case);
  rig.open();
  rig.peer_pong();
  EXPECT_EQ(rig.sent(), "FIN");
  rig.peer_eof();
  EXPECT_TRUE(rig.done());
  EXPECT_EQ(rig.verdict(), "PASS");

  test_case.steps = {ResetConnection{}};
  EngineRig reset(test_case);
  reset.open();
  reset.peer_pong();
  EXPECT_EQ(reset.sent(), "RST, END");
  EXPECT_TRUE(reset.done());
}

TEST(EngineTest, WhatThisVersionCannotDoIsUnsupported) {
  Case test_case = echo_case();
  test_case.steps.emplace_back(Ask{"close", {}});
  EngineRig rig(test_case);
  rig.connect();
  EXPECT_TRUE(rig.done());
  EXPECT_EQ(rig.verdict(), "UNSUPPORTED");
  EXPECT_NE(rig.result().happened, "");
}

// --- the closing handshake ---

TEST(EngineTest, ACloseThatIsNotAnsweredIsWaitedForOneSecond) {
  EngineRig rig(echo_case());
  rig.open();
  rig.peer_text("Hello");
  rig.peer_pong();
  rig.pass(999);
  EXPECT_FALSE(rig.done());
  rig.pass(1);
  EXPECT_EQ(rig.verdict(), "FAIL");
  EXPECT_TRUE(rig.result().close.close_timeout);
}

TEST(EngineTest, AServerThatKeepsTcpIsWaitedForOneSecond) {
  EngineRig rig(violation_case());
  rig.open();
  rig.peer_pong();
  rig.peer_close(1002);
  rig.pass(999);
  EXPECT_FALSE(rig.done());
  rig.pass(1);
  EXPECT_EQ(rig.verdict(), "FAIL");
  EXPECT_EQ(rig.result().close_behavior, conformance::CloseBehavior::kFailedByClient);
}

TEST(EngineTest, AResetInPlaceOfAnEndIsNonStrict) {
  EngineRig rig(echo_case());
  rig.open();
  rig.peer_text("Hello");
  rig.peer_pong();
  rig.peer_close(1000);
  rig.peer_reset();
  EXPECT_EQ(rig.verdict(), "NON-STRICT");
  EXPECT_TRUE(has_finding(rig.result(), "tcp-reset"));
}

TEST(EngineTest, TheEndOfTheWholeCase) {
  EngineOptions options;
  EngineRig rig(echo_case());
  rig.open();
  rig.engine().abandon("the run was interrupted", rig.now());
  EXPECT_TRUE(rig.done());
  EXPECT_EQ(rig.verdict(), "FAIL");
  EXPECT_NE(rig.result().happened.find("interrupted"), std::string::npos);
}

TEST(EngineTest, SilenceInTheOpeningHandshakeEndsWithItsTime) {
  EngineRig rig(echo_case());
  rig.connect();
  rig.pass(4999);
  EXPECT_FALSE(rig.done());
  rig.pass(1);
  EXPECT_EQ(rig.verdict(), "FAIL");
  EXPECT_TRUE(rig.result().close.open_timeout);
}

// --- what the result holds ---

TEST(EngineTest, TheResultTellsEverything) {
  EngineRig rig(echo_case());
  rig.open();
  rig.peer_text("Hello");
  rig.peer_pong();
  rig.peer_close(1000);
  rig.peer_eof();
  const CaseResult result = rig.result();
  EXPECT_EQ(result.case_id, "99.1");
  EXPECT_EQ(result.acceptable, "a text message \"Hello\"");
  EXPECT_EQ(result.happened, "a text message \"Hello\"");
  EXPECT_EQ(result.close_acceptable, "the server answers the Close with code 1000 and ends TCP");
  EXPECT_EQ(result.close_happened,
            "the server sent Close with code 1000 (normal closure) and ended TCP");
  EXPECT_EQ(result.request_head.substr(0, 16), "GET / HTTP/1.1\r\n");
  EXPECT_EQ(result.response_head.substr(0, 12), "HTTP/1.1 101");
  EXPECT_EQ(result.close.local_code, 1000);
  EXPECT_EQ(result.close.remote_code, 1000);
  using Count = std::pair<std::uint8_t, std::uint64_t>;
  EXPECT_EQ(result.frames_sent, (std::vector<Count>{{1, 1}, {8, 1}, {9, 1}}));
  EXPECT_EQ(result.frames_received, (std::vector<Count>{{1, 1}, {8, 1}, {10, 1}}));
  std::uint64_t octets = 0;
  for (const auto& [size, times] : result.writes) octets += size * times;
  EXPECT_EQ(octets, result.octets_sent);
  EXPECT_EQ(result.transcript.size(), 10U);
}

// --- compression ---

TEST(EngineTest, CompressedMessagesGoBothWays) {
  Case test_case = echo_case();
  test_case.requires_features = {"permessage-deflate"};
  const std::string unit = "wsproof ";
  test_case.steps = {SendMessage{.payload = {unit, 10'000}, .fragment_size = 7, .compressed = true},
                     SendMessage{.payload = {unit, 10'000}, .compressed = true}};
  conformance::Event echo = text("");
  echo.payload = {unit, 10'000};
  test_case.expect[0].events = {echo, echo};
  for (const Role peer : {Role::kServer, Role::kClient}) {
    EngineOptions options;
    options.peer = peer;
    EchoEndpoint endpoint(peer, {.deflate = true});
    const LoopbackRun run = run_case(test_case, options, endpoint);
    EXPECT_EQ(name(run.result.verdict), std::string("PASS")) << run.result.happened;
    EXPECT_LT(run.result.octets_received, 2000U);
  }
}

TEST(EngineTest, CompressionThatIsDeclinedIsUnsupported) {
  Case test_case = echo_case();
  test_case.requires_features = {"permessage-deflate"};
  for (const Role peer : {Role::kServer, Role::kClient}) {
    EngineOptions options;
    options.peer = peer;
    EchoEndpoint endpoint(peer, {.deflate = false});
    const LoopbackRun run = run_case(test_case, options, endpoint);
    EXPECT_EQ(name(run.result.verdict), std::string("UNSUPPORTED"));
    EXPECT_EQ(run.result.behavior, Behavior::kUnimplemented);
  }
}

}  // namespace
}  // namespace wsproof::test
