// SPDX-License-Identifier: Apache-2.0
// permessage-deflate as a session speaks it (RFC 7692).
#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/protocol/deflate.h"
#include "server/protocol/session.h"
#include "tests/support/hex.h"
#include "tests/support/session_rig.h"

namespace wsproof {
namespace {

using test::expect_events;
using test::hex;
using test::PeerFrames;
using test::SessionRig;

const SessionRig::Setup kDeflate{.deflate = DeflateParameters{}};
const std::string kHello = hex("f2 48 cd c9 c9 07 00");
const std::string kHelloAgain = hex("f2 00 11 00 00");

constexpr Role kRoles[] = {Role::kServer, Role::kClient};

std::string compress(std::string_view message) {
  MessageDeflater deflater(15, false, 6, 8);
  std::vector<std::uint8_t> out;
  deflater.push(as_bytes(message), true, out);
  return std::string(as_text(out));
}

// --- receiving ---

TEST(SessionInflate, WholeMessage) {
  expect_events(
      kDeflate, [](PeerFrames& peer) { return peer.compressed_text(kHello); }, "text \"Hello\"\n");
}

TEST(SessionInflate, InFragmentsWithControlFramesBetween) {
  expect_events(
      kDeflate,
      [](PeerFrames& peer) {
        return peer.frame(opcode::kText, kHello.substr(0, 3), {.fin = false, .rsv = rsv::k1}) +
               peer.ping("") + peer.more("") + peer.end(kHello.substr(3));
      },
      "send pong \"\"\nping \"\"\ntext \"Hello\"\n");
}

TEST(SessionInflate, WindowIsSharedAlsoAcrossPlainMessages) {
  expect_events(
      kDeflate,
      [](PeerFrames& peer) {
        return peer.compressed_text(kHello) + peer.text("plain") + peer.begin_binary("as ") +
               peer.end("well") + peer.compressed_text(kHelloAgain);
      },
      "text \"Hello\"\ntext \"plain\"\nbinary \"as well\"\ntext \"Hello\"\n");
}

TEST(SessionInflate, EmptyMessages) {
  expect_events(
      kDeflate,
      [](PeerFrames& peer) {
        return peer.compressed_text(hex("00")) + peer.compressed_text(hex("02 00")) +
               peer.compressed_text("") + peer.compressed_text(kHello) +
               peer.frame(opcode::kBinary, "", {.fin = false, .rsv = rsv::k1}) + peer.end("");
      },
      "text \"\"\ntext \"\"\ntext \"\"\ntext \"Hello\"\nbinary \"\"\n");
}

TEST(SessionInflate, FinalBlocks) {
  expect_events(
      kDeflate,
      [](PeerFrames& peer) {
        return peer.compressed_text(hex("f3 48 cd c9 c9 07 00 00")) +
               peer.compressed_text(kHelloAgain);
      },
      "text \"Hello\"\ntext \"Hello\"\n");
}

TEST(SessionInflate, WithoutContextTakeoverEachStandsAlone) {
  for (const Role role : kRoles) {
    DeflateParameters agreed;
    (role == Role::kServer ? agreed.client_no_context_takeover
                           : agreed.server_no_context_takeover) = true;
    SessionRig rig(role, {.deflate = agreed});
    rig.receive(rig.peer.compressed_text(kHello) + rig.peer.compressed_text(kHelloAgain));
    rig.expect("text \"Hello\"\nsend close 1007\nshutdown\n");
  }
}

TEST(SessionInflate, RefusesWhatIsNotDeflate) {
  for (const char* const bad : {"ff ff", "f2 48 cd", "f2 48 cd c9 c9 07 00 00 00 ff ff"}) {
    SCOPED_TRACE(bad);
    expect_events(
        kDeflate, [bad](PeerFrames& peer) { return peer.compressed_text(hex(bad)); },
        "send close 1007\nshutdown\n");
  }
}

TEST(SessionInflate, RefusesTheMarkWhereItMayNotBe) {
  for (const Role role : kRoles) {
    SessionRig ping(role, kDeflate);
    ping.receive(ping.peer.frame(opcode::kPing, "", {.rsv = rsv::k1}));
    ping.eof();
    ping.expect("send close 1002\nshutdown\nclosed 1006: compressed-control\n");
    SessionRig more(role, kDeflate);
    more.receive(more.peer.begin_text("a") +
                 more.peer.frame(opcode::kContinuation, "b", {.rsv = rsv::k1}));
    more.eof();
    more.expect("send close 1002\nshutdown\nclosed 1006: compressed-continuation\n");
  }
}

TEST(SessionInflate, TextIsValidatedAfterInflating) {
  expect_events(
      kDeflate, [](PeerFrames& peer) { return peer.compressed_text(compress("abc\xff")); },
      "send close 1007\nshutdown\n");
  // Only the tail shows that the last code point is not whole.
  expect_events(
      kDeflate, [](PeerFrames& peer) { return peer.compressed_text(compress("\xe2\x82")); },
      "send close 1007\nshutdown\n");
  // Bad from the first octet on: the end is not waited for.
  for (const Role role : kRoles) {
    SessionRig rig(role, kDeflate);
    // A stored block of four octets, then some that never come.
    const std::string payload = hex("00 04 00 fb ff ff 61 62 63") + std::string(50, '\0');
    const std::string frame = rig.peer.compressed_text(payload);
    rig.receive(frame.substr(0, frame.size() - 50));
    rig.expect("send close 1007\nshutdown\n");
    rig.eof();
    rig.expect("closed 1006: invalid-utf8\n");
  }
}

TEST(SessionInflate, LimitHoldsWhileInflating) {
  const std::string bomb = compress(std::string(8'000'000, 'x'));
  ASSERT_LT(bomb.size(), 20'000U);
  for (const Role role : kRoles) {
    SessionRig rig(role,
                   {.limits = {.message_payload = 1'000'000}, .deflate = DeflateParameters{}});
    rig.receive(rig.peer.compressed_text(bomb.substr(0, bomb.size() / 2)));
    rig.expect("send close 1009\nshutdown\n");
    rig.eof();
    rig.expect("closed 1006: message-too-big\n");
  }
  const SessionRig::Setup five{.limits = {.message_payload = 5}, .deflate = DeflateParameters{}};
  const SessionRig::Setup four{.limits = {.message_payload = 4}, .deflate = DeflateParameters{}};
  const auto hello = [](PeerFrames& peer) { return peer.compressed_text(kHello); };
  expect_events(five, hello, "text \"Hello\"\n");
  expect_events(four, hello, "send close 1009\nshutdown\n");
}

TEST(SessionInflate, FrameLimitIsThatOfTheWire) {
  const SessionRig::Setup setup{.limits = {.frame_payload = 7}, .deflate = DeflateParameters{}};
  expect_events(
      setup, [](PeerFrames& peer) { return peer.compressed_text(kHello); }, "text \"Hello\"\n");
  expect_events(
      setup, [](PeerFrames& peer) { return peer.announce(opcode::kText, 8, {.rsv = rsv::k1}); },
      "send close 1009\nshutdown\n");
}

// --- sending ---

// What a peer of the other role makes of all that was written.
std::string read_by_peer(SessionRig& rig, const SessionRig::Setup& setup) {
  SessionRig peer(test::other(rig.session.role()), setup);
  peer.receive(rig.log.take_written());
  return peer.log.take();
}

TEST(SessionDeflate, LongMessagesAreCompressedAndShortOnesNot) {
  const std::string long_text(200, 'x');
  for (const Role role : kRoles) {
    SessionRig rig(role, kDeflate);
    EXPECT_TRUE(rig.session.deflate().has_value());
    rig.send("short");
    rig.send("");
    rig.expect("send text \"short\"\nsend text \"\"\n");
    rig.send(long_text);
    EXPECT_TRUE(rig.log.take().starts_with("send compressed text "));
    EXPECT_EQ(read_by_peer(rig, kDeflate), "text \"short\"\ntext \"\"\ntext 200 octets\n");
  }
}

TEST(SessionDeflate, ContextIsTakenOver) {
  const std::string text = "{\"user\":\"someone\",\"says\":\"the same as ever\"}";
  for (const Role role : kRoles) {
    SessionRig rig(role, kDeflate);
    rig.send(text);
    const std::size_t first = rig.log.take_written().size();
    rig.send(text);
    EXPECT_LT(rig.log.take_written().size(), first / 2);
  }
}

TEST(SessionDeflate, NoContextTakeoverIsHonoured) {
  std::string text;
  for (int line = 0; line < 50; ++line) text += std::to_string(line * 7919) + " frames, ";
  for (const Role role : kRoles) {
    DeflateParameters agreed;
    (role == Role::kServer ? agreed.server_no_context_takeover
                           : agreed.client_no_context_takeover) = true;
    SessionRig rig(role, {.deflate = agreed});
    rig.send(text);
    const std::string first = rig.log.take();
    rig.send(text);
    EXPECT_EQ(rig.log.take(), first);
    EXPECT_TRUE(first.starts_with("send compressed text")) << first;
    const std::string size = std::to_string(text.size());
    EXPECT_EQ(read_by_peer(rig, {.deflate = agreed}),
              "text " + size + " octets\ntext " + size + " octets\n");
  }
}

TEST(SessionDeflate, WithoutContextWhatDoesNotShrinkIsSentAsItIs) {
  std::string noise(300, '\0');
  unsigned state = 1;
  for (char& octet : noise)
    octet = static_cast<char>((state = state * 1664525U + 1013904223U) >> 24U);
  for (const Role role : kRoles) {
    DeflateParameters agreed;
    agreed.server_no_context_takeover = agreed.client_no_context_takeover = true;
    SessionRig rig(role, {.deflate = agreed});
    rig.session.send(MessageKind::kBinary, as_bytes(noise));
    rig.expect("send binary 300 octets\n");
    // With the context the peer has to see it all.
    SessionRig shared(role, kDeflate);
    shared.session.send(MessageKind::kBinary, as_bytes(noise));
    EXPECT_TRUE(shared.log.take().starts_with("send compressed binary"));
  }
}

TEST(SessionDeflate, WindowBitsOfItsOwnDirection) {
  std::string text;
  for (int line = 0; line < 3'000; ++line) text += std::to_string(line) + " of 3000; ";
  for (const Role role : kRoles) {
    for (int bits = 9; bits <= 15; ++bits) {
      DeflateParameters agreed;
      (role == Role::kServer ? agreed.server_max_window_bits : agreed.client_max_window_bits) =
          bits;
      SessionRig rig(role, {.deflate = agreed});
      rig.send(text);
      rig.send(text);
      const std::string size = std::to_string(text.size());
      EXPECT_EQ(read_by_peer(rig, {.deflate = agreed}),
                "text " + size + " octets\ntext " + size + " octets\n");
    }
  }
}

TEST(SessionDeflate, WithAWindowThatZlibCannotMakeNothingIsCompressed) {
  for (const Role role : kRoles) {
    DeflateParameters agreed;
    (role == Role::kServer ? agreed.server_max_window_bits : agreed.client_max_window_bits) = 8;
    SessionRig rig(role, {.deflate = agreed});
    rig.send(std::string(1'000, 'x'));
    rig.expect("send text 1000 octets\n");
    // The other direction is not concerned.
    rig.receive(rig.peer.compressed_text(kHello));
    rig.expect("text \"Hello\"\n");
  }
}

TEST(SessionDeflate, EchoFromWithinAMessage) {
  const std::string text(5'000, 'y');
  for (const Role role : kRoles) {
    SessionRig rig(role, kDeflate);
    rig.log.react = [&](Session&, std::string_view event) {
      if (event.starts_with("text")) rig.send(text);
    };
    rig.receive(rig.peer.compressed_text(compress(text)) + rig.peer.text(text));
    EXPECT_EQ(read_by_peer(rig, kDeflate), "text 5000 octets\ntext 5000 octets\n");
  }
}

}  // namespace
}  // namespace wsproof
