// SPDX-License-Identifier: Apache-2.0
// What a session makes of frames: messages, pings, violations.
#include "server/protocol/session.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/hex.h"
#include "tests/support/session_rig.h"

namespace wsproof {
namespace {

using test::ExactBuffer;
using test::expect_events;
using test::hex;
using test::PeerFrames;
using test::SessionRig;

// --- messages ---

TEST(SessionMessages, Whole) {
  expect_events([](PeerFrames& peer) { return peer.text("Hello") + peer.binary(hex("00 ff")); },
                "text \"Hello\"\n"
                "binary 00 ff\n");
}

TEST(SessionMessages, Empty) {
  expect_events([](PeerFrames& peer) { return peer.text("") + peer.binary(""); },
                "text \"\"\n"
                "binary \"\"\n");
}

TEST(SessionMessages, LengthsOfEveryForm) {
  for (const std::size_t size : std::vector<std::size_t>{125, 126, 127, 300}) {
    expect_events([size](PeerFrames& peer) { return peer.text(std::string(size, 'x')); },
                  "text " + std::to_string(size) + " octets\n");
  }
  for (const Role role : {Role::kServer, Role::kClient}) {
    SessionRig rig(role);
    rig.receive(rig.peer.binary(std::string(65'535, 'x')) +
                rig.peer.binary(std::string(65'536, 'x')));
    rig.expect(
        "binary 65535 octets\n"
        "binary 65536 octets\n");
  }
}

TEST(SessionMessages, InFragments) {
  expect_events(
      [](PeerFrames& peer) {
        return peer.begin_text("Hel") + peer.more("") + peer.more("lo") + peer.end("!") +
               peer.begin_binary("") + peer.end("");
      },
      "text \"Hello!\"\n"
      "binary \"\"\n");
}

TEST(SessionMessages, ControlFramesBetweenFragments) {
  expect_events(
      [](PeerFrames& peer) {
        return peer.begin_text("Hel") + peer.ping("now") + peer.pong("then") + peer.end("lo");
      },
      "send pong \"now\"\n"
      "ping \"now\"\n"
      "pong \"then\"\n"
      "text \"Hello\"\n");
}

TEST(SessionMessages, WholeFramesAreHandedOutWhereTheyLie) {
  for (const Role role : {Role::kServer, Role::kClient}) {
    SessionRig rig(role);
    const std::string frame = rig.peer.text("Hello");
    ExactBuffer buffer(frame);
    rig.session.receive(buffer.bytes(), rig.now);
    EXPECT_EQ(rig.log.last_message_at(), buffer.bytes().data() + frame.size() - 5);
    EXPECT_EQ(buffer.text().substr(frame.size() - 5), "Hello");
  }
}

TEST(SessionMessages, LargeOneInPiecesOfAReceiveBuffer) {
  std::string message(1'000'000, '\0');
  for (std::size_t at = 0; at < message.size(); ++at) message[at] = static_cast<char>(at * 7);
  for (const Role role : {Role::kServer, Role::kClient}) {
    SessionRig rig(role);
    struct Keep : SessionHandler {
      std::string got;
      void on_message(Session&, MessageKind, MutableBytes payload) override {
        got = as_text(payload);
      }
      void on_write(Session&, Bytes, Bytes) override {}
      void on_shutdown(Session&) override {}
      void on_closed(Session&, const CloseInfo&) override {}
    } keep;
    Session session(role, rig.options, keep, std::nullopt, rig.now);
    for (ExactBuffer& piece : test::chop(rig.peer.binary(message), 65'536)) {
      session.receive(piece.bytes(), rig.now);
    }
    EXPECT_TRUE(keep.got == message);
  }
}

// --- control frames ---

TEST(SessionPing, IsAnsweredWithItsPayload) {
  expect_events(
      [](PeerFrames& peer) {
        return peer.ping("") + peer.ping("abc") + peer.ping(std::string(125, 'p'));
      },
      "send pong \"\"\n"
      "ping \"\"\n"
      "send pong \"abc\"\n"
      "ping \"abc\"\n"
      "send pong 125 octets\n"
      "ping 125 octets\n");
}

TEST(SessionPing, TenInOneReadAreAllAnswered) {
  expect_events(
      [](PeerFrames& peer) {
        std::string pings;
        for (char digit = '0'; digit <= '9'; ++digit) pings += peer.ping(std::string(1, digit));
        return pings;
      },
      [] {
        std::string events;
        for (char digit = '0'; digit <= '9'; ++digit) {
          const std::string payload = std::string("\"") + digit + "\"\n";
          events += "send pong " + payload;
          events += "ping " + payload;
        }
        return events;
      }());
}

TEST(SessionPong, UnsolicitedIsReportedAndNotAnswered) {
  expect_events([](PeerFrames& peer) { return peer.pong("") + peer.pong("why"); },
                "pong \"\"\n"
                "pong \"why\"\n");
}

// --- violations: one row for each, at every split, in both roles ---

struct Violation {
  const char* error;
  unsigned close_code;
  std::string (*input)(PeerFrames&);
};

PeerFrames::Shape shape(bool fin, std::uint8_t bits) { return {.fin = fin, .rsv = bits}; }

const Violation kViolations[] = {
    {"reserved-bit", 1002,
     [](PeerFrames& peer) { return peer.frame(opcode::kText, "a", shape(true, rsv::k1)); }},
    {"reserved-bit", 1002,
     [](PeerFrames& peer) { return peer.frame(opcode::kBinary, "a", shape(true, rsv::k2)); }},
    {"reserved-bit", 1002,
     [](PeerFrames& peer) { return peer.frame(opcode::kPing, "a", shape(true, rsv::k3)); }},
    {"reserved-bit", 1002,
     [](PeerFrames& peer) { return peer.frame(opcode::kClose, "", shape(true, rsv::k3)); }},
    {"reserved-opcode", 1002, [](PeerFrames& peer) { return peer.frame(3, "a"); }},
    {"reserved-opcode", 1002, [](PeerFrames& peer) { return peer.frame(7, ""); }},
    {"reserved-opcode", 1002, [](PeerFrames& peer) { return peer.frame(11, "a"); }},
    {"reserved-opcode", 1002, [](PeerFrames& peer) { return peer.frame(15, ""); }},
    {"fragmented-control", 1002,
     [](PeerFrames& peer) { return peer.frame(opcode::kPing, "a", shape(false, 0)); }},
    {"fragmented-control", 1002,
     [](PeerFrames& peer) { return peer.frame(opcode::kClose, "", shape(false, 0)); }},
    // The rest of these frames never comes: the header is enough.
    {"long-control", 1002, [](PeerFrames& peer) { return peer.announce(opcode::kPing, 126); }},
    {"long-control", 1002, [](PeerFrames& peer) { return peer.announce(opcode::kPong, 65'536); }},
    {"long-control", 1002, [](PeerFrames& peer) { return peer.announce(opcode::kClose, 126); }},
    {"length-top-bit", 1002,
     [](PeerFrames& peer) { return peer.announce(opcode::kBinary, std::uint64_t{1} << 63U); }},
    {"unexpected-continuation", 1002, [](PeerFrames& peer) { return peer.end("a"); }},
    {"unexpected-continuation", 1002, [](PeerFrames& peer) { return peer.more(""); }},
    {"expected-continuation", 1002,
     [](PeerFrames& peer) { return peer.begin_text("a") + peer.text("b"); }},
    {"expected-continuation", 1002,
     [](PeerFrames& peer) { return peer.begin_text("a") + peer.begin_binary("b"); }},
    {"invalid-utf8", 1007, [](PeerFrames& peer) { return peer.text("\xff"); }},
    {"invalid-utf8", 1007, [](PeerFrames& peer) { return peer.text("abc\xed\xa0\x80 def"); }},
    {"invalid-utf8", 1007, [](PeerFrames& peer) { return peer.text("cut \xe2\x82"); }},
    {"invalid-utf8", 1007,
     [](PeerFrames& peer) { return peer.begin_text("\xe2") + peer.end("\x82"); }},
    {"invalid-utf8", 1007,
     [](PeerFrames& peer) { return peer.begin_text("\xe6\xb5") + peer.end(""); }},
    {"invalid-utf8", 1007,
     [](PeerFrames& peer) { return peer.begin_text("\xe2") + peer.more("\x82") + peer.end("z"); }},
    {"invalid-utf8", 1007,
     [](PeerFrames& peer) { return peer.begin_text("\xf4\x90") + peer.more(""); }},
    {"close-body-one-octet", 1002,
     [](PeerFrames& peer) { return peer.frame(opcode::kClose, "\x03"); }},
    {"close-code-invalid", 1002, [](PeerFrames& peer) { return peer.close(999); }},
    {"close-code-invalid", 1002, [](PeerFrames& peer) { return peer.close(1005, "none"); }},
    {"close-code-invalid", 1002, [](PeerFrames& peer) { return peer.close(2999); }},
    {"close-code-invalid", 1002, [](PeerFrames& peer) { return peer.close(65'535); }},
    {"close-reason-not-utf8", 1007, [](PeerFrames& peer) { return peer.close(1000, "\xc0\x80"); }},
    {"close-reason-not-utf8", 1007, [](PeerFrames& peer) { return peer.close(1000, "\xe2\x82"); }},
};

TEST(SessionViolation, FailsTheConnection) {
  for (const Violation& violation : kViolations) {
    SCOPED_TRACE(violation.error);
    expect_events(violation.input,
                  "send close " + std::to_string(violation.close_code) + "\nshutdown\n");
  }
}

TEST(SessionViolation, IsToldAtTheEndAndNothingAfterItIsRead) {
  for (const Violation& violation : kViolations) {
    for (const Role role : {Role::kServer, Role::kClient}) {
      SCOPED_TRACE(violation.error);
      SessionRig rig(role);
      // Behind the violation in the same read, and in later ones.
      rig.receive(violation.input(rig.peer) + rig.peer.ping("x") + rig.peer.close(1000));
      EXPECT_EQ(rig.session.state(), Session::State::kDraining);
      rig.log.take();
      rig.receive(rig.peer.text("y"));
      rig.receive(rig.peer.close(1000));
      rig.expect("");
      rig.eof();
      rig.expect("closed 1006: " + std::string(violation.error) + "\n");
    }
  }
}

TEST(SessionViolation, MaskingOfTheWrongRole) {
  SessionRig server(Role::kServer);
  PeerFrames from_server(Role::kServer);
  server.receive(from_server.text("Hello"));
  server.expect("send close 1002\nshutdown\n");
  server.eof();
  server.expect("closed 1006: frame-not-masked\n");

  SessionRig client(Role::kClient);
  PeerFrames from_client(Role::kClient);
  client.receive(from_client.text("Hello"));
  client.expect("send close 1002\nshutdown\n");
  client.eof();
  client.expect("closed 1006: frame-masked\n");
}

TEST(SessionViolation, LengthNotInItsShortestForm) {
  SessionRig rig(Role::kClient);
  rig.receive(hex("81 7e 00 05 48 65 6c 6c 6f"));
  rig.expect("send close 1002\nshutdown\n");
  rig.eof();
  rig.expect("closed 1006: length-not-minimal\n");
}

TEST(SessionViolation, WhatCameBeforeItIsHandedOut) {
  expect_events(
      [](PeerFrames& peer) { return peer.text("fine") + peer.ping("too") + peer.frame(5, ""); },
      "text \"fine\"\n"
      "send pong \"too\"\n"
      "ping \"too\"\n"
      "send close 1002\n"
      "shutdown\n");
}

// --- UTF-8 as it arrives (RFC 6455 8.1) ---

// The octet at which the session fails, when the payload of one long text frame comes one at a
// time.
std::size_t failing_octet(Role role, std::string_view payload) {
  SessionRig rig(role);
  // The frame announces more than will come: its end cannot be what is waited for.
  const std::string frame = rig.peer.text(std::string(payload) + std::string(100, ' '));
  const std::size_t header = role == Role::kServer ? (payload.size() + 100 > 125 ? 8 : 6)
                                                   : (payload.size() + 100 > 125 ? 4 : 2);
  for (std::size_t at = 0; at < header + payload.size(); ++at) {
    rig.receive(frame.substr(at, 1));
    if (rig.session.state() != Session::State::kOpen) return at - header;
  }
  return payload.size();
}

TEST(SessionUtf8, FailsAtTheFirstOctetThatCannotBeRight) {
  for (const Role role : {Role::kServer, Role::kClient}) {
    // The fifth octet takes the code point above U+10FFFF; surrogates; an overlong form.
    EXPECT_EQ(failing_octet(role, "abc\xf4\x90\x80\x80"), 4U);
    EXPECT_EQ(failing_octet(role, "\xce\xba\xe1\xbd\xb9\xed\xa0\x80"), 6U);
    EXPECT_EQ(failing_octet(role, "\xc0\xaf"), 0U);
    EXPECT_EQ(failing_octet(role, "\xe2\x82\x41"), 2U);
    EXPECT_EQ(failing_octet(role, "\xe2\x82\xac fine"), 8U);
  }
}

TEST(SessionUtf8, CodePointsMayBeCutByFragments) {
  expect_events(
      [](PeerFrames& peer) {
        return peer.begin_text("\xf0") + peer.more("\x9f\x98") + peer.ping("") + peer.end("\x80");
      },
      "send pong \"\"\n"
      "ping \"\"\n"
      "text f0 9f 98 80\n");
}

TEST(SessionUtf8, IsOfNoConcernInBinary) {
  expect_events([](PeerFrames& peer) { return peer.begin_binary("\xff") + peer.end("\xc0\x80"); },
                "binary ff c0 80\n");
}

// --- what a handler may do from within a call ---

TEST(SessionReentry, CloseFromWithinAMessage) {
  for (const Role role : {Role::kServer, Role::kClient}) {
    PeerFrames peer(test::other(role));
    const std::string input = peer.text("close, please") + peer.ping("late") + peer.text("later");
    test::for_every_split(input, [&](test::Pieces pieces) {
      SessionRig rig(role);
      rig.log.react = [&rig](Session&, std::string_view event) {
        if (event == "text \"close, please\"") {
          EXPECT_TRUE(rig.close(1000, "as you wish"));
        }
      };
      rig.receive(std::move(pieces));
      rig.expect(
          "text \"close, please\"\n"
          "send close 1000 \"as you wish\"\n");
    });
  }
}

TEST(SessionReentry, CloseWhileLookingAtAnAssembledMessage) {
  SessionRig rig(Role::kServer);
  struct Closer : SessionHandler {
    std::string after_close;
    void on_message(Session& session, MessageKind, MutableBytes payload) override {
      session.close(1000, "", Time{0});
      session.receive_eof(Time{0});
      after_close = as_text(payload);
    }
    void on_write(Session&, Bytes, Bytes) override {}
    void on_shutdown(Session&) override {}
    void on_closed(Session&, const CloseInfo&) override {}
  } closer;
  Session session(Role::kServer, rig.options, closer, std::nullopt, rig.now);
  for (ExactBuffer& piece : test::chop(rig.peer.begin_text("still ") + rig.peer.end("here"), 5)) {
    session.receive(piece.bytes(), rig.now);
  }
  EXPECT_EQ(closer.after_close, "still here");
  EXPECT_EQ(session.state(), Session::State::kClosed);
}

TEST(SessionReentry, SendAndPingFromWithinEveryCall) {
  for (const Role role : {Role::kServer, Role::kClient}) {
    SessionRig rig(role);
    rig.log.react = [&rig](Session& session, std::string_view event) {
      if (event.starts_with("text")) rig.send("echo");
      if (event.starts_with("ping")) session.ping(as_bytes("back"));
      if (event.starts_with("pong")) session.pong(as_bytes("again"));
    };
    rig.receive(rig.peer.text("a") + rig.peer.ping("b") + rig.peer.pong("c"));
    rig.expect(
        "text \"a\"\n"
        "send text \"echo\"\n"
        "send pong \"b\"\n"
        "ping \"b\"\n"
        "send ping \"back\"\n"
        "pong \"c\"\n"
        "send pong \"again\"\n");
  }
}

TEST(SessionReentry, CloseFromWithinTheAnswerToAPing) {
  SessionRig rig(Role::kServer);
  rig.log.react = [&rig](Session&, std::string_view event) {
    if (event.starts_with("send pong")) rig.close(1001);
  };
  rig.receive(rig.peer.ping("a") + rig.peer.ping("b"));
  // Not told of the ping any more; nothing is sent after the Close.
  rig.expect(
      "send pong \"a\"\n"
      "send close 1001\n");
}

TEST(SessionReentry, TcpIsLostWithinEveryCall) {
  const auto input = [](PeerFrames& peer) {
    return peer.text("a") + peer.ping("b") + peer.pong("c") + peer.begin_text("d") + peer.end("e") +
           peer.close(1000);
  };
  for (const Role role : {Role::kServer, Role::kClient}) {
    PeerFrames peer(test::other(role));
    SessionRig undisturbed(role);
    std::size_t events = 0;
    undisturbed.log.react = [&events](Session&, std::string_view) { ++events; };
    undisturbed.receive(input(peer));
    undisturbed.eof();
    ASSERT_GT(events, 6U);

    for (std::size_t lost_at = 1; lost_at < events; ++lost_at) {
      SCOPED_TRACE("event " + std::to_string(lost_at));
      SessionRig rig(role);
      std::size_t seen = 0;
      rig.log.react = [&](Session&, std::string_view) {
        if (++seen == lost_at) rig.eof();
      };
      rig.receive(input(peer));
      rig.eof();
      rig.pass(std::chrono::hours(1));
      EXPECT_EQ(rig.log.times_closed(), 1U);
      const std::string log = rig.log.take();
      EXPECT_EQ(log.find("AFTER"), std::string::npos) << log;
    }
  }
}

}  // namespace
}  // namespace wsproof
