// SPDX-License-Identifier: Apache-2.0
// How a session ends: the closing handshake from either side, failures, the end of TCP.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/protocol/session.h"
#include "tests/support/session_rig.h"

namespace wsproof {
namespace {

using std::chrono::milliseconds;
using test::expect_events;
using test::PeerFrames;
using test::SessionRig;
using State = Session::State;

constexpr Role kRoles[] = {Role::kServer, Role::kClient};

std::string if_server(Role role, std::string_view events) {
  return role == Role::kServer ? std::string(events) : "";
}

// --- the peer begins ---

TEST(SessionClose, IsAnsweredWithTheSameCode) {
  for (const unsigned code : {1000U, 1001U, 1003U, 1007U, 1010U, 1011U, 1014U, 3000U, 4999U}) {
    expect_events([code](PeerFrames& peer) { return peer.close(code, "bye"); },
                  "send close " + std::to_string(code) + "\nshutdown if server\n");
  }
}

TEST(SessionClose, WithoutBodyIsAnsweredWithoutBody) {
  expect_events([](PeerFrames& peer) { return peer.close(); }, "send close\nshutdown if server\n");
}

TEST(SessionClose, ReasonOfTheGreatestLength) {
  expect_events([](PeerFrames& peer) { return peer.close(1000, std::string(123, 'r')); },
                "send close 1000\nshutdown if server\n");
}

TEST(SessionClose, TellsCodeAndReasonOnceTcpHasEnded) {
  for (const Role role : kRoles) {
    SessionRig rig(role);
    rig.receive(rig.peer.close(3001, "enough"));
    EXPECT_EQ(rig.session.state(), State::kDraining);
    rig.expect("send close 3001\n" + if_server(role, "shutdown\n"));
    rig.eof();
    rig.expect("closed 3001 \"enough\" clean\n");
    EXPECT_EQ(rig.session.state(), State::kClosed);
    EXPECT_EQ(rig.session.next_deadline(), std::nullopt);
  }
}

TEST(SessionClose, WithoutCodeIs1005) {
  for (const Role role : kRoles) {
    SessionRig rig(role);
    rig.receive(rig.peer.close());
    rig.log.take();
    rig.eof();
    rig.expect("closed 1005 clean\n");
  }
}

TEST(SessionClose, WhatFollowsTheCloseIsIgnored) {
  expect_events(
      [](PeerFrames& peer) {
        return peer.close(1000) + peer.text("late") + peer.ping("late") + peer.close(1002) + "junk";
      },
      "send close 1000\nshutdown if server\n");
}

TEST(SessionClose, InsideAFragmentedMessage) {
  expect_events(
      [](PeerFrames& peer) { return peer.begin_text("never ") + peer.close(1000) + peer.end("!"); },
      "send close 1000\nshutdown if server\n");
}

TEST(SessionClose, PeerThatKeepsTcpOpenIsLeftAfterTheTimeout) {
  for (const Role role : kRoles) {
    SessionRig rig(role);
    rig.receive(rig.peer.close(1000));
    rig.log.take();
    EXPECT_EQ(rig.session.next_deadline(), rig.now + rig.options.limits.close_timeout);
    rig.pass(rig.options.limits.close_timeout - milliseconds(1));
    rig.expect("");
    rig.pass(milliseconds(1));
    rig.expect("closed 1000 clean: close-timeout\n");
  }
}

// --- this end begins ---

TEST(SessionClose, OursIsAnswered) {
  for (const Role role : kRoles) {
    SessionRig rig(role);
    EXPECT_TRUE(rig.close(1001, "going"));
    EXPECT_EQ(rig.session.state(), State::kClosing);
    rig.expect("send close 1001 \"going\"\n");
    rig.receive(rig.peer.close(1001));
    EXPECT_EQ(rig.session.state(), State::kDraining);
    rig.expect(if_server(role, "shutdown\n"));
    rig.eof();
    rig.expect("closed 1001 clean\n");
  }
}

TEST(SessionClose, OursWithoutBody) {
  SessionRig rig(Role::kServer);
  EXPECT_TRUE(rig.close(1005));
  rig.expect("send close\n");
}

TEST(SessionClose, NothingIsSentAfterOurs) {
  for (const Role role : kRoles) {
    SessionRig rig(role);
    rig.close(1000);
    rig.expect("send close 1000\n");
    EXPECT_FALSE(rig.send("more"));
    EXPECT_FALSE(rig.session.send_fragment(MessageKind::kText, {}, true, true));
    EXPECT_FALSE(rig.session.ping({}));
    EXPECT_FALSE(rig.session.pong({}));
    EXPECT_FALSE(rig.close(1000));
    EXPECT_FALSE(rig.session.may_send_message());
    rig.receive(rig.peer.ping("x"));
    rig.expect("");
  }
}

TEST(SessionClose, MessagesThatCrossOursAreDropped) {
  for (const Role role : kRoles) {
    PeerFrames peer(test::other(role));
    // Text that is not UTF-8, and one message more than complete: nobody reads them.
    const std::string crossing = peer.text("late") + peer.text("\xff") + peer.ping("late") +
                                 peer.begin_binary("a") + peer.pong("") + peer.end("b") +
                                 peer.close(1000, "done");
    test::for_every_split(crossing, [&](test::Pieces pieces) {
      SessionRig rig(role);
      rig.close(1000);
      rig.log.take();
      rig.receive(std::move(pieces));
      rig.expect(if_server(role, "shutdown\n"));
      rig.eof();
      rig.expect("closed 1000 \"done\" clean\n");
    });
  }
}

TEST(SessionClose, OursInTheMiddleOfAnyFrame) {
  for (const Role role : kRoles) {
    PeerFrames peer(test::other(role));
    // Wherever our Close leaves, also within the peer's, the peer's is found.
    const std::string input = peer.begin_text("Hello ") + peer.ping("ping") + peer.end("world") +
                              peer.close(1000, "done");
    for (std::size_t at = 0; at < input.size(); ++at) {
      SCOPED_TRACE("closed at " + std::to_string(at));
      SessionRig rig(role);
      rig.receive(input.substr(0, at));
      ASSERT_TRUE(rig.close(1000));
      rig.log.take();
      rig.receive(test::chop(std::string_view(input).substr(at), 3));
      rig.expect(if_server(role, "shutdown\n"));
      rig.eof();
      rig.expect("closed 1000 \"done\" clean\n");
    }
  }
}

TEST(SessionClose, LargeFrameThatCrossesOursTakesNoMemoryAndBreaksNoLimit) {
  SessionRig rig(Role::kServer, {.limits = {.frame_payload = 10, .message_payload = 10}});
  rig.close(1000);
  rig.log.take();
  rig.receive(rig.peer.binary(std::string(100'000, 'x')) + rig.peer.close(1000));
  rig.expect("shutdown\n");
}

TEST(SessionClose, UnansweredIsAbandonedAfterTheTimeout) {
  for (const Role role : kRoles) {
    SessionRig rig(role);
    rig.close(1000);
    rig.log.take();
    EXPECT_EQ(rig.session.next_deadline(), rig.now + rig.options.limits.close_timeout);
    rig.pass(rig.options.limits.close_timeout - milliseconds(1));
    // Data that still comes does not put the deadline off.
    rig.receive(rig.peer.text("busy"));
    rig.expect("");
    rig.pass(milliseconds(1));
    rig.expect("closed 1006: close-timeout\n");
  }
}

TEST(SessionClose, TheEndOfTcpIsWaitedForAsLongAgain) {
  for (const Role role : kRoles) {
    SessionRig rig(role);
    rig.close(1000);
    rig.pass(milliseconds(4'000));
    rig.receive(rig.peer.close(1000));
    rig.log.take();
    rig.pass(milliseconds(4'999));
    rig.expect("");
    rig.pass(milliseconds(1));
    rig.expect("closed 1000 clean: close-timeout\n");
  }
}

TEST(SessionClose, BothAtOnce) {
  // Each has sent its own before the other's comes; each takes the other's for the answer.
  for (const Role role : kRoles) {
    SessionRig rig(role);
    rig.close(1000, "mine");
    rig.receive(rig.peer.close(4000, "yours"));
    rig.expect("send close 1000 \"mine\"\n" + if_server(role, "shutdown\n"));
    rig.eof();
    rig.expect("closed 4000 \"yours\" clean\n");
  }
}

TEST(SessionClose, ViolationAfterOursEndsWithoutASecondClose) {
  struct {
    const char* error;
    std::string (*input)(PeerFrames&);
  } const violations[] = {
      {"reserved-opcode", [](PeerFrames& peer) { return peer.frame(3, "x"); }},
      {"unexpected-continuation", [](PeerFrames& peer) { return peer.end("x"); }},
      {"close-body-one-octet", [](PeerFrames& peer) { return peer.frame(opcode::kClose, "x"); }},
      {"close-code-invalid", [](PeerFrames& peer) { return peer.close(1006); }},
      {"close-reason-not-utf8", [](PeerFrames& peer) { return peer.close(1000, "\xff"); }},
  };
  for (const auto& violation : violations) {
    SCOPED_TRACE(violation.error);
    for (const Role role : kRoles) {
      SessionRig rig(role);
      rig.close(1000);
      rig.log.take();
      rig.receive(violation.input(rig.peer) + rig.peer.close(1000));
      rig.expect("shutdown\n");
      rig.eof();
      rig.expect("closed 1006: " + std::string(violation.error) + "\n");
    }
  }
}

TEST(SessionClose, RefusesWhatMayNotBeSent) {
  for (const Role role : kRoles) {
    SessionRig rig(role);
    for (const std::uint16_t code :
         std::vector<std::uint16_t>{0, 999, 1004, 1006, 1015, 2999, 5000, 65535}) {
      EXPECT_FALSE(rig.close(code)) << code;
    }
    EXPECT_FALSE(rig.close(1005, "a reason needs a code"));
    EXPECT_FALSE(rig.close(1000, std::string(124, 'r')));
    EXPECT_FALSE(rig.close(1000, "\xff"));
    EXPECT_FALSE(rig.close(1000, "\xe2\x82"));
    EXPECT_EQ(rig.close(1010), role == Role::kClient);
  }
  SessionRig longest(Role::kServer);
  EXPECT_TRUE(longest.close(1000, std::string(123, 'r')));
}

// --- failures ---

TEST(SessionFailure, InputIsDiscardedUntilTheDeadline) {
  for (const Role role : kRoles) {
    SessionRig rig(role);
    rig.receive(rig.peer.frame(3, ""));
    rig.expect("send close 1002\nshutdown\n");
    EXPECT_EQ(rig.session.next_deadline(), rig.now + rig.options.limits.close_timeout);
    rig.pass(milliseconds(4'999));
    rig.receive(rig.peer.close(1002) + rig.peer.text("x"));
    rig.expect("");
    rig.pass(milliseconds(1));
    rig.expect("closed 1006: reserved-opcode\n");
  }
}

TEST(SessionFailure, NothingIsSentAfterIt) {
  SessionRig rig(Role::kServer);
  rig.log.react = [&rig](Session& session, std::string_view) {
    EXPECT_FALSE(rig.send("x"));
    EXPECT_FALSE(session.ping({}));
    EXPECT_FALSE(rig.close(1000));
  };
  rig.receive(rig.peer.frame(3, ""));
  rig.eof();
  rig.expect("send close 1002\nshutdown\nclosed 1006: reserved-opcode\n");
}

// A handler that closes while more lies in the same octets has seen its last message.
TEST(SessionClose, WithinAMessageNothingBehindItIsTaken) {
  for (const Role role : kRoles) {
    PeerFrames peer(test::other(role));
    for (const std::string& next :
         {peer.text("b"), peer.binary(""), peer.text(std::string(300, 'b')),
          peer.begin_text("b") + peer.frame(opcode::kContinuation, "c"), peer.ping("b")}) {
      SessionRig rig(role);
      rig.log.react = [&rig](Session&, std::string_view event) {
        if (event.starts_with("text")) rig.close(1000);
      };
      rig.receive(peer.text("a") + next);
      rig.expect("text \"a\"\nsend close 1000\n");
    }
  }
}

// --- the end of TCP ---

TEST(SessionEof, WithoutCloseIs1006) {
  for (const Role role : kRoles) {
    PeerFrames peer(test::other(role));
    const std::string input = peer.begin_text("abc") + peer.end("def");
    for (std::size_t at = 0; at <= input.size(); ++at) {
      SessionRig rig(role);
      rig.receive(input.substr(0, at));
      rig.log.take();
      rig.eof();
      rig.expect("closed 1006: closed-without-close\n");
    }
  }
}

TEST(SessionEof, AfterOurCloseWithoutTheirsIs1006) {
  for (const Role role : kRoles) {
    SessionRig rig(role);
    rig.close(1000);
    rig.log.take();
    rig.eof();
    rig.expect("closed 1006: closed-without-close\n");
  }
}

TEST(SessionEof, IsToldOnce) {
  for (const Role role : kRoles) {
    SessionRig rig(role);
    rig.log.react = [&rig](Session& session, std::string_view event) {
      if (!event.starts_with("closed")) return;
      EXPECT_EQ(session.state(), State::kClosed);
      EXPECT_FALSE(rig.send("x"));
      EXPECT_FALSE(rig.close(1000));
      rig.eof();
    };
    rig.eof();
    rig.eof();
    rig.receive(rig.peer.text("x"));
    rig.pass(std::chrono::hours(1));
    rig.expect("closed 1006: closed-without-close\n");
  }
}

}  // namespace
}  // namespace wsproof
