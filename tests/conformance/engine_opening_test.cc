// SPDX-License-Identifier: Apache-2.0
// Opening handshakes that a case shapes, and what is made of the peer's part in them.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "conformance/engine/head_builder.h"
#include "tests/conformance/engine_observations.h"
#include "tests/conformance/engine_rig.h"
#include "tests/support/splits.h"

namespace wsproof::test {
namespace {

using conformance::Behavior;
using conformance::Case;
using conformance::CaseResult;
using conformance::Duration;
using conformance::Opening;
using Edit = Opening::Edit;
using Check = Opening::FieldCheck;

constexpr std::string_view kBadRequest = "HTTP/1.1 400 Bad Request\r\n\r\n";

Case with_opening(Opening opening) {
  Case test_case = echo_case();
  test_case.opening = std::move(opening);
  return test_case;
}

bool has_finding(const CaseResult& result, std::string_view name) {
  return std::any_of(result.findings.begin(), result.findings.end(),
                     [name](const auto& finding) { return finding.name == name; });
}

std::string request_of(Opening opening) {
  EngineRig rig(with_opening(std::move(opening)));
  rig.connect();
  return rig.head();
}

std::string answer_of(Opening opening) {
  EngineRig rig(with_opening(std::move(opening)), Role::kClient);
  rig.connect();
  rig.peer_octets(EngineRig::kRequest);
  return rig.head();
}

// --- what is sent ---

TEST(EngineOpeningTest, AnOrdinaryRequest) {
  EXPECT_EQ(request_of({}),
            "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\nSec-WebSocket-Version: 13\r\n"
            "User-Agent: wsproof\r\n\r\n");
}

TEST(EngineOpeningTest, AnOrdinaryAnswer) {
  EXPECT_EQ(answer_of({}),
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nServer: wsproof\r\n\r\n");
}

TEST(EngineOpeningTest, EditsApplyInOrder) {
  const std::string head = request_of({.edits = {{Edit::Kind::kRemove, "upgrade", ""},
                                                 {Edit::Kind::kAdd, "Host", "a"},
                                                 {Edit::Kind::kSet, "Connection", "close"},
                                                 {Edit::Kind::kAdd, "X-Key", "<${key}>"}}});
  EXPECT_EQ(head.find("Upgrade: "), std::string::npos);
  EXPECT_NE(head.find("Host: localhost\r\n"), std::string::npos);
  EXPECT_NE(head.find("Host: a\r\n"), std::string::npos);
  EXPECT_NE(head.find("Connection: close\r\n"), std::string::npos);
  EXPECT_NE(head.find("X-Key: <AAECAwQFBgcICQoLDA0ODw==>\r\n"), std::string::npos);
}

TEST(EngineOpeningTest, StartLineTargetAndLists) {
  EXPECT_EQ(request_of({.start_line = "PUT ${target} HTTP/1.0"}).substr(0, 15), "PUT / HTTP/1.0\r");
  EXPECT_EQ(request_of({.target = "/a?b"}).substr(0, 9), "GET /a?b ");
  const std::string head = request_of({.subprotocols = {"a", "b"}, .offers = {"x", "y; z=1"}});
  EXPECT_NE(head.find("Sec-WebSocket-Protocol: a, b\r\n"), std::string::npos);
  EXPECT_NE(head.find("Sec-WebSocket-Extensions: x, y; z=1\r\n"), std::string::npos);
}

TEST(EngineOpeningTest, NamesInAnyCaseAndOrder) {
  const std::string lower = request_of({.name_case = Opening::NameCase::kLower});
  EXPECT_NE(lower.find("\r\nsec-websocket-key: "), std::string::npos);
  const std::string upper = request_of({.name_case = Opening::NameCase::kUpper});
  EXPECT_NE(upper.find("\r\nSEC-WEBSOCKET-KEY: "), std::string::npos);
  std::string shuffled = request_of({.shuffle = true});
  std::string ordinary = request_of({});
  EXPECT_NE(shuffled, ordinary);
  std::sort(shuffled.begin(), shuffled.end());
  std::sort(ordinary.begin(), ordinary.end());
  EXPECT_EQ(shuffled, ordinary);
}

TEST(EngineOpeningTest, RawOctetsReplaceTheHead) {
  const std::string raw = "GET ${target} HTTP/1.1\r\nSec-WebSocket-Key: x\r\n\r\n";
  Opening opening;
  opening.raw = conformance::Payload{raw, raw.size()};
  EXPECT_EQ(request_of(opening), "GET / HTTP/1.1\r\nSec-WebSocket-Key: x\r\n\r\n");
}

TEST(EngineOpeningTest, AcceptValuesThatAreWrong) {
  conformance::HeadValues values;
  conformance::add_accept_values("dGhlIHNhbXBsZSBub25jZQ==", values);
  EXPECT_EQ(values["accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(values["accept-lower"], "s3pplmbitxaq9kygzzhzrbk+xoo=");
  EXPECT_EQ(values["accept-cut"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo");
  EXPECT_EQ(values["accept-decoded"], accept_key("the sample nonce"));
  EXPECT_EQ(conformance::expand("a${accept-cut}b${unknown}${", {{"accept-cut", "x"}}),
            "axb${unknown}${");
}

TEST(EngineOpeningTest, TheAnswerMayWait) {
  EngineRig rig(with_opening({.delay = Duration(200)}), Role::kClient);
  rig.connect();
  rig.peer_octets(EngineRig::kRequest);
  rig.pass(199);
  EXPECT_EQ(rig.head(), "");
  rig.pass(1);
  EXPECT_NE(rig.head(), "");
}

TEST(EngineOpeningTest, AClientThatDoesNotWaitForTheAnswer) {
  EngineRig rig(with_opening({.delay = Duration(200)}), Role::kClient);
  rig.connect();
  rig.peer_octets(EngineRig::kRequest);
  rig.peer_text("Hello");
  rig.pass(200);
  rig.peer_pong();
  rig.peer_close(1000);
  rig.peer_eof();
  EXPECT_TRUE(has_finding(rig.result(), "data-before-open"));
  EXPECT_EQ(rig.verdict(), "FAIL");
}

TEST(EngineOpeningTest, OctetsBehindTheHead) {
  EngineRig rig(with_opening({.after_head = "\x89\x01x"}), Role::kClient);
  rig.connect();
  rig.peer_octets(EngineRig::kRequest);
  EXPECT_EQ(rig.sent(), "ping x, text Hello");
}

// --- what is made of a server's answer ---

TEST(EngineOpeningTest, AnswersCutAnywhereAreTheSame) {
  for (std::size_t size = 1; size < 200; ++size) {
    EngineRig rig(echo_case());
    rig.connect();
    const std::string answer =
        "HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n" + rig.response() + "\x81\x05Hello";
    for (std::size_t at = 0; at < answer.size(); at += size) {
      rig.peer_octets(std::string_view(answer).substr(at, size));
    }
    EXPECT_EQ(rig.sent(), "text Hello, ping ?") << size;
    rig.peer_pong();
    rig.peer_close(1000);
    rig.peer_eof();
    EXPECT_EQ(rig.verdict(), "PASS") << size;
  }
}

TEST(EngineOpeningTest, ARefusalThatIsWanted) {
  EngineRig rig(with_opening({.outcome = Opening::Outcome::kRefused}));
  rig.connect();
  rig.peer_octets(kBadRequest);
  EXPECT_TRUE(rig.done());
  EXPECT_EQ(rig.verdict(), "PASS");
  EXPECT_EQ(rig.result().behavior, Behavior::kOk);
  EXPECT_NE(rig.result().acceptable.find("refuses"), std::string::npos);
}

TEST(EngineOpeningTest, ARefusalThatIsNot) {
  EngineRig rig(echo_case());
  rig.connect();
  rig.peer_octets(kBadRequest);
  EXPECT_EQ(rig.verdict(), "FAIL");
  EXPECT_NE(rig.result().happened.find("400"), std::string::npos);
}

TEST(EngineOpeningTest, AnOpeningThatShouldHaveBeenRefused) {
  EngineRig rig(with_opening({.outcome = Opening::Outcome::kRefused}));
  rig.open();
  rig.peer_text("Hello");
  rig.peer_pong();
  rig.peer_close(1000);
  rig.peer_eof();
  EXPECT_EQ(rig.verdict(), "FAIL");
}

TEST(EngineOpeningTest, ChecksOnTheHead) {
  const auto verdict_with = [](Check check) {
    EngineRig rig(with_opening({.checks = {std::move(check)}}));
    rig.connect();
    rig.peer_octets(rig.response("X-A: 1\r\nX-A: 2\r\nX-B: b, C\r\n"));
    rig.peer_text("Hello");
    rig.peer_pong();
    rig.peer_close(1000);
    rig.peer_eof();
    return rig.verdict();
  };
  EXPECT_EQ(verdict_with({Check::Kind::kPresent, "x-a", ""}), "PASS");
  EXPECT_EQ(verdict_with({Check::Kind::kAbsent, "x-a", ""}), "FAIL");
  EXPECT_EQ(verdict_with({Check::Kind::kAbsent, "x-c", ""}), "PASS");
  EXPECT_EQ(verdict_with({Check::Kind::kOnce, "x-a", ""}), "FAIL");
  EXPECT_EQ(verdict_with({Check::Kind::kOnce, "x-b", ""}), "PASS");
  EXPECT_EQ(verdict_with({Check::Kind::kHasToken, "x-b", "c"}), "PASS");
  EXPECT_EQ(verdict_with({Check::Kind::kHasToken, "x-b", "d"}), "FAIL");
  EXPECT_EQ(verdict_with({Check::Kind::kEquals, "sec-websocket-accept", "${accept}"}), "PASS");
  EXPECT_EQ(verdict_with({Check::Kind::kEquals, "sec-websocket-accept", "${key}"}), "FAIL");
  EXPECT_EQ(verdict_with({Check::Kind::kMatches, ":start-line", "HTTP/1\\.1 101 .*"}), "PASS");
  EXPECT_EQ(verdict_with({Check::Kind::kMatches, ":start-line", "HTTP/1\\.0.*"}), "FAIL");
}

/// The sentences of the findings, one a line.
std::string sentences(const CaseResult& result) {
  std::string out;
  for (const auto& finding : result.findings) out += finding.sentence + '\n';
  return out;
}

TEST(EngineOpeningTest, SentencesAboutTheHead) {
  const auto about = [](Check check) {
    EngineRig rig(with_opening({.checks = {std::move(check)}}));
    rig.connect();
    rig.peer_octets(rig.response("X-A: 1\r\nX-A: 2\r\nX-B: b\r\n"));
    return sentences(rig.result());
  };
  EXPECT_EQ(about({Check::Kind::kPresent, "x-c", ""}),
            "the case wants x-c to be there; it is not there\n");
  EXPECT_EQ(about({Check::Kind::kEquals, "x-b", "c"}),
            "the case wants x-b to be \"c\"; it is \"b\"\n");
  EXPECT_EQ(about({Check::Kind::kOnce, "x-a", ""}),
            "the case wants x-a to be there exactly once; there are 2, the first \"1\"\n");
  EngineRig rig(echo_case(), Role::kClient);
  rig.connect();
  rig.peer_octets(
      "GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\n\r\n");
  EXPECT_EQ(sentences(rig.result()),
            "the client sent no Host field\nthe client sent no Sec-WebSocket-Key field\n");
}

TEST(EngineOpeningTest, SaysNothingOfATimeThatNobodyWaited) {
  EngineRig rig(echo_case());
  rig.connect();
  rig.engine().abandon("the run was interrupted", rig.now());
  EXPECT_EQ(rig.result().happened,
            "the server did not complete the opening handshake; the run was interrupted");
}

TEST(EngineOpeningTest, SentencesAboutWhatIsNoHead) {
  EngineRig rig(echo_case());
  rig.connect();
  rig.peer_octets("SSH-2.0-" + std::string(125, 'x') + "\r\n\r\n");
  EXPECT_EQ(sentences(rig.result()).find("the server sent 137 octets, \"SSH-2.0-xxx"), 0U)
      << sentences(rig.result());
}

TEST(EngineOpeningTest, SentencesAboutFrames) {
  EngineRig rig(echo_case());
  rig.open();
  rig.peer_frame(opcode::kPing, std::string(126, 'x'));
  rig.peer_octets(std::string("\xcf\x01x", 3));
  const std::string said = sentences(rig.result());
  EXPECT_NE(said.find("sent a ping frame of 126 octets; control"), std::string::npos) << said;
  EXPECT_NE(said.find("in an opcode 15 frame of 1 octet, and no"), std::string::npos) << said;
}

TEST(EngineOpeningTest, SubprotocolsAndExtensionsThatWereOffered) {
  EngineRig rig(with_opening({.subprotocols = {"a", "b"}, .offers = {"x-foo"}}));
  rig.connect();
  rig.peer_octets(rig.response("Sec-WebSocket-Protocol: b\r\nSec-WebSocket-Extensions: x-foo\r\n"));
  rig.peer_text("Hello");
  rig.peer_pong();
  rig.peer_close(1000);
  rig.peer_eof();
  EXPECT_EQ(rig.verdict(), "PASS");
}

// --- what is made of a client that gets a bad answer ---

/// Got a 101 whose Accept is wrong.
class RefusedClientTest : public testing::Test {
 protected:
  static Opening wrong_accept() {
    Opening opening;
    opening.edits = {{Edit::Kind::kSet, "Sec-WebSocket-Accept", "${accept-lower}"}};
    opening.outcome = Opening::Outcome::kRefused;
    return opening;
  }
  void SetUp() override {
    rig.connect();
    rig.peer_octets(EngineRig::kRequest);
  }
  EngineRig rig{with_opening(wrong_accept()), Role::kClient};
};

TEST_F(RefusedClientTest, AClientRefusesByEndingTcp) {
  rig.peer_eof();
  EXPECT_EQ(rig.verdict(), "PASS");
}

TEST_F(RefusedClientTest, AClientRefusesWithAClose) {
  rig.peer_close(1010);
  EXPECT_EQ(rig.verdict(), "PASS");
}

TEST_F(RefusedClientTest, AClientThatSpeaksTookTheConnectionForOpen) {
  rig.peer_text("Hello");
  EXPECT_EQ(rig.verdict(), "FAIL");
}

TEST_F(RefusedClientTest, AClientThatAnswersAPingTookTheConnectionForOpen) {
  rig.pass(150);
  EXPECT_EQ(rig.sent(), "ping ?");
  rig.peer_pong();
  rig.pass(100);
  EXPECT_EQ(rig.verdict(), "FAIL");
}

TEST_F(RefusedClientTest, AClientThatKeepsTcpHasNotRefused) {
  rig.pass(1000);
  EXPECT_EQ(rig.verdict(), "FAIL");
  EXPECT_NE(rig.result().happened.find("neither"), std::string::npos);
}

}  // namespace
}  // namespace wsproof::test
