// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/limits.h"

#include <gtest/gtest.h>

#include <chrono>

#include "server/protocol/extension.h"

namespace wsproof {
namespace {

using std::chrono::milliseconds;

// What a peer may rely on is changed on purpose or not at all.
TEST(Limits, Defaults) {
  const Limits limits;
  EXPECT_EQ(limits.request_line, 8'192U);
  EXPECT_EQ(limits.field_line, 8'192U);
  EXPECT_EQ(limits.field_count, 100U);
  EXPECT_EQ(limits.head, 32'768U);
  EXPECT_EQ(limits.handshake_timeout, milliseconds(10'000));
  EXPECT_EQ(limits.frame_payload, 16'777'216U);
  EXPECT_EQ(limits.message_payload, 16'777'216U);
  EXPECT_EQ(limits.fragments, 1'000'000U);
  EXPECT_EQ(limits.controls_in_message, 100'000U);
  EXPECT_EQ(limits.close_timeout, milliseconds(5'000));
  EXPECT_EQ(limits.heartbeat_interval, milliseconds(0));
  EXPECT_EQ(limits.pong_timeout, milliseconds(10'000));
  EXPECT_EQ(limits.write_queue, 1'048'576U);
}

TEST(Limits, DefaultsOfDeflate) {
  const DeflateOptions options;
  EXPECT_TRUE(options.enabled);
  EXPECT_FALSE(options.server_no_context_takeover);
  EXPECT_FALSE(options.client_no_context_takeover);
  EXPECT_EQ(options.server_max_window_bits, 15);
  EXPECT_EQ(options.client_max_window_bits, 15);
  EXPECT_TRUE(options.offer_client_max_window_bits);
  EXPECT_EQ(options.level, 1);
  EXPECT_EQ(options.mem_level, 8);
  EXPECT_EQ(DeflateParameters{}, (DeflateParameters{false, false, 15, 15}));
}

}  // namespace
}  // namespace wsproof
