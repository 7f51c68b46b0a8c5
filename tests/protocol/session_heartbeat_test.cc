// SPDX-License-Identifier: Apache-2.0
// Pings of a session's own accord, and what their answers are worth.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "server/protocol/session.h"
#include "tests/support/hex.h"
#include "tests/support/session_rig.h"

namespace wsproof {
namespace {

using std::chrono::milliseconds;
using test::hex;
using test::SessionRig;

const SessionRig::Setup kBeating{
    .limits = {.heartbeat_interval = milliseconds(1'000), .pong_timeout = milliseconds(300)}};

// CountingRandom's first eight octets; a client draws the masking key after them.
const std::string kFirstPing = "send ping 00 01 02 03 04 05 06 07\n";
const std::string kFirstPayload = hex("00 01 02 03 04 05 06 07");

constexpr Role kRoles[] = {Role::kServer, Role::kClient};

TEST(SessionHeartbeat, IsOffUnlessAsked) {
  SessionRig rig(Role::kServer);
  EXPECT_EQ(rig.session.next_deadline(), std::nullopt);
  rig.pass(std::chrono::hours(24));
  rig.expect("");
}

TEST(SessionHeartbeat, PingsAfterSilence) {
  for (const Role role : kRoles) {
    SessionRig rig(role, kBeating);
    EXPECT_EQ(rig.session.next_deadline(), rig.now + milliseconds(1'000));
    rig.pass(milliseconds(999));
    rig.expect("");
    rig.pass(milliseconds(1));
    rig.expect(kFirstPing);
    EXPECT_EQ(rig.session.next_deadline(), rig.now + milliseconds(300));
  }
}

TEST(SessionHeartbeat, AnyOctetBreaksTheSilence) {
  for (const Role role : kRoles) {
    SessionRig rig(role, kBeating);
    rig.pass(milliseconds(900));
    rig.receive(rig.peer.text("Hello").substr(0, 1));
    rig.pass(milliseconds(900));
    rig.expect("");
    rig.pass(milliseconds(100));
    rig.expect(kFirstPing);
  }
}

TEST(SessionHeartbeat, PongThatEchoesIsTheAnswer) {
  for (const Role role : kRoles) {
    SessionRig rig(role, kBeating);
    rig.pass(milliseconds(1'000));
    rig.pass(milliseconds(299));
    rig.receive(rig.peer.pong(kFirstPayload));
    rig.expect(kFirstPing + "pong 00 01 02 03 04 05 06 07\n");
    EXPECT_EQ(rig.session.next_deadline(), rig.now + milliseconds(1'000));
    // And again, with other octets.
    rig.pass(milliseconds(1'000));
    const std::string second = rig.log.take();
    EXPECT_TRUE(second.starts_with("send ping ")) << second;
    EXPECT_NE(second, kFirstPing);
  }
}

TEST(SessionHeartbeat, NoAnswerFailsTheConnection) {
  for (const Role role : kRoles) {
    SessionRig rig(role, kBeating);
    rig.pass(milliseconds(1'000));
    rig.pass(milliseconds(299));
    rig.expect(kFirstPing);
    rig.pass(milliseconds(1));
    rig.expect("send close 1011\nshutdown\n");
    rig.pass(rig.options.limits.close_timeout);
    rig.expect("closed 1006: pong-timeout\n");
  }
}

TEST(SessionHeartbeat, OtherPongsAndDataAreNoAnswer) {
  for (const Role role : kRoles) {
    SessionRig rig(role, kBeating);
    rig.pass(milliseconds(1'000));
    rig.receive(rig.peer.pong("") + rig.peer.pong(kFirstPayload + "x") + rig.peer.text("busy") +
                rig.peer.pong(kFirstPayload.substr(0, 7)));
    rig.log.take();
    rig.pass(milliseconds(300));
    rig.expect("send close 1011\nshutdown\n");
  }
}

TEST(SessionHeartbeat, UnsolicitedPongsAreFine) {
  SessionRig rig(Role::kServer, kBeating);
  rig.receive(rig.peer.pong(kFirstPayload));
  rig.pass(milliseconds(1'000));
  // Sent in advance it answers nothing.
  rig.expect("pong 00 01 02 03 04 05 06 07\n" + kFirstPing);
  rig.pass(milliseconds(300));
  rig.expect("send close 1011\nshutdown\n");
}

TEST(SessionHeartbeat, LateCallsDoNoHarm) {
  // An owner that comes late by an hour: the ping first, and its time counts from then.
  SessionRig rig(Role::kServer, kBeating);
  rig.pass(std::chrono::hours(1));
  rig.expect(kFirstPing);
  rig.pass(milliseconds(299));
  rig.expect("");
}

TEST(SessionHeartbeat, StopsWithOurClose) {
  for (const Role role : kRoles) {
    SessionRig rig(role, kBeating);
    rig.close(1000);
    rig.log.take();
    rig.pass(milliseconds(2'000));
    rig.expect("");
    EXPECT_EQ(rig.session.next_deadline(),
              rig.now - milliseconds(2'000) + rig.options.limits.close_timeout);
  }
}

}  // namespace
}  // namespace wsproof
