// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/heartbeat.h"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/counting_random.h"
#include "tests/support/hex.h"

namespace wsproof {
namespace {

using std::chrono::milliseconds;
using Due = Heartbeat::Due;

constexpr Time kStart{milliseconds(5'000)};

Limits beating() {
  Limits limits;
  limits.heartbeat_interval = milliseconds(100);
  limits.pong_timeout = milliseconds(30);
  return limits;
}

TEST(Heartbeat, WithoutAnIntervalNothingIsEverDue) {
  const Heartbeat heartbeat(kStart);
  EXPECT_EQ(heartbeat.deadline(Limits{}), std::nullopt);
  EXPECT_EQ(heartbeat.due(Limits{}, kStart + std::chrono::hours(1)), Due::kNothing);
}

TEST(Heartbeat, SilenceThenPingThenFailure) {
  const Limits limits = beating();
  test::CountingRandom random;
  Heartbeat heartbeat(kStart);
  EXPECT_EQ(heartbeat.deadline(limits), kStart + milliseconds(100));
  EXPECT_EQ(heartbeat.due(limits, kStart + milliseconds(99)), Due::kNothing);
  EXPECT_EQ(heartbeat.due(limits, kStart + milliseconds(100)), Due::kPing);

  const Time pinged = kStart + milliseconds(110);
  EXPECT_EQ(test::to_hex(heartbeat.make_ping(random, pinged)), "00 01 02 03 04 05 06 07");
  EXPECT_EQ(heartbeat.deadline(limits), pinged + milliseconds(30));
  EXPECT_EQ(heartbeat.due(limits, pinged + milliseconds(29)), Due::kNothing);
  EXPECT_EQ(heartbeat.due(limits, pinged + milliseconds(30)), Due::kFailure);
}

TEST(Heartbeat, TheShortestIntervalIsOne) {
  Limits limits = beating();
  limits.heartbeat_interval = milliseconds(1);
  const Heartbeat heartbeat(kStart);
  EXPECT_EQ(heartbeat.deadline(limits), kStart + milliseconds(1));
  EXPECT_EQ(heartbeat.due(limits, kStart + milliseconds(1)), Due::kPing);
}

TEST(Heartbeat, OnlyTheEchoAnswers) {
  const Limits limits = beating();
  test::CountingRandom random;
  Heartbeat heartbeat(kStart);
  const std::string echo = test::hex("00 01 02 03 04 05 06 07");
  heartbeat.take_pong(as_bytes(echo));
  const Time pinged = kStart + milliseconds(100);
  static_cast<void>(heartbeat.make_ping(random, pinged));

  heartbeat.take_pong({});
  heartbeat.take_pong(as_bytes(echo + "!"));
  heartbeat.take_pong(as_bytes(echo.substr(1)));
  heartbeat.heard(pinged + milliseconds(10));
  EXPECT_EQ(heartbeat.due(limits, pinged + milliseconds(30)), Due::kFailure);

  heartbeat.take_pong(as_bytes(echo));
  EXPECT_EQ(heartbeat.due(limits, pinged + milliseconds(30)), Due::kNothing);
  EXPECT_EQ(heartbeat.deadline(limits), pinged + milliseconds(110));
}

}  // namespace
}  // namespace wsproof
