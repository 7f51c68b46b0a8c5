// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "conformance/catalogue/corpus.h"
#include "conformance/engine/message_series.h"
#include "server/protocol/deflate.h"
#include "tests/conformance/engine_observations.h"
#include "tests/conformance/engine_rig.h"

namespace wsproof::test {
namespace {

using conformance::Behavior;
using conformance::Case;
using conformance::Compression;
using conformance::Event;
using conformance::Exchange;
using conformance::MessageSeries;

Case exchange_of(std::uint64_t count, const std::string& payload) {
  Case test_case = echo_case();
  test_case.steps = {Exchange{.count = count, .payload = {payload, payload.size()}}};
  Event all{.kind = Event::Kind::kExchange};
  all.count = count;
  test_case.expect = {{Behavior::kOk, {all}, {}}};
  test_case.drop_tcp_after.reset();
  test_case.close_after = conformance::Duration(60'000);
  return test_case;
}

TEST(Exchange, SendsTheNextMessageOnTheEchoOfTheOneBefore) {
  EngineRig rig(exchange_of(2, "Hello"));
  EXPECT_EQ(rig.open(), "text Hello");
  rig.peer_text("Hello");
  EXPECT_EQ(rig.sent(), "text Hello");
  rig.peer_text("Hello");
  EXPECT_EQ(rig.sent(), "ping ?");
  rig.peer_pong();
  EXPECT_EQ(rig.sent(), "close 1000");
  rig.peer_close(1000);
  rig.peer_eof();
  EXPECT_EQ(rig.verdict(), "PASS");
  EXPECT_EQ(rig.result().happened, "the echoes of 2 messages, one at a time");
  EXPECT_EQ(rig.result().traffic_received.octets, 10U);
}

TEST(Exchange, EndsWithAnEchoThatDiffers) {
  EngineRig rig(exchange_of(1000, "Hello"));
  rig.open();
  rig.peer_text("Hello");
  rig.sent();
  rig.peer_text("Help!");
  EXPECT_EQ(rig.sent(), "close 1000");
  rig.peer_close(1000);
  rig.peer_eof();
  EXPECT_EQ(rig.verdict(), "FAIL");
  const auto result = rig.result();
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].name, "echo-differs");
  EXPECT_NE(result.findings[0].sentence.find("from octet 3 on"), std::string::npos)
      << result.findings[0].sentence;
  EXPECT_EQ(result.behavior, Behavior::kFailed);
}

TEST(Exchange, FailsWithAnEchoOfTheOtherTypeOrSize) {
  for (const auto& [op, payload] :
       {std::pair(opcode::kBinary, "Hello"), std::pair(opcode::kText, "Hell"),
        std::pair(opcode::kText, "Hello!")}) {
    EngineRig rig(exchange_of(2, "Hello"));
    rig.open();
    rig.peer_frame(op, payload);
    rig.peer_close(1000);
    rig.peer_eof();
    EXPECT_EQ(rig.verdict(), "FAIL") << payload;
  }
}

TEST(Exchange, SaysHowFarItCame) {
  EngineRig rig(exchange_of(3, "Hello"));
  rig.open();
  rig.peer_text("Hello");
  rig.peer_eof();
  EXPECT_EQ(rig.verdict(), "FAIL");
  EXPECT_EQ(rig.result().happened, "the exchange ended with 2 of 3 sent and 1 of them echoed");
}

TEST(Exchange, GivesUpOnAPeerThatSaysNothing) {
  EngineRig rig(exchange_of(3, "Hello"));
  rig.open();
  rig.pass(70'000);
  EXPECT_TRUE(rig.done());
  EXPECT_EQ(rig.verdict(), "FAIL");
}

std::string inflate(MessageInflater& inflater, std::string_view octets) {
  std::vector<std::uint8_t> out;
  EXPECT_TRUE(inflater.push(as_bytes(octets), 1 << 20, out).has_value());
  EXPECT_TRUE(inflater.finish().has_value());
  return std::string(as_text(out));
}

// Messages that are sent again in their old compressed form must still inflate to themselves.
TEST(MessageSeries, InflatesToItsMessagesHoweverOftenTheyComeRound) {
  for (const int bits : {9, 15}) {
    for (const bool forget : {false, true}) {
      for (const std::uint64_t slice : {5'000U, 40'000U, 131'072U}) {
        const Exchange exchange{.count = 1000, .corpus = "json", .slice = slice};
        MessageSeries series(exchange, Compression{bits, forget, 6});
        MessageInflater inflater(bits, forget);
        for (std::uint64_t i = 0; i < 120; ++i) {
          ASSERT_EQ(inflate(inflater, series.on_wire(i)), series.message(i)) << i;
        }
      }
    }
  }
}

TEST(MessageSeries, IsMadeOnceForAllCases) {
  const Exchange exchange{.count = 9, .corpus = "json", .slice = 64};
  EXPECT_EQ(MessageSeries::of(exchange, Compression{}), MessageSeries::of(exchange, Compression{}));
  EXPECT_NE(MessageSeries::of(exchange, Compression{}), MessageSeries::of(exchange, std::nullopt));
}

}  // namespace
}  // namespace wsproof::test
