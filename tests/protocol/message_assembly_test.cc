// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/message_assembly.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/support/hex.h"
#include "tests/support/splits.h"

namespace wsproof {
namespace {

using test::hex;

// Not constexpr: a mutation run (./dev mutate) chooses the header's constants when the program
// runs.
const FrameHeader kText{.fin = false, .opcode = opcode::kText};
const FrameHeader kBinary{.fin = false, .opcode = opcode::kBinary};
const FrameHeader kCompressed{.fin = false, .rsv = rsv::k1, .opcode = opcode::kText};

// "ok", or the name of the error.
std::string result(const tl::expected<void, Error>& outcome) {
  return outcome ? "ok" : std::string(info(outcome.error()).name);
}

FrameHeader continuation(std::uint64_t length) {
  return {.opcode = opcode::kContinuation, .payload_length = length};
}

TEST(MessageAssembly, JoinsPieces) {
  const Limits limits;
  test::for_every_split("gr\xc3\xbc\xc3\x9f dich", [&](const test::Pieces& pieces) {
    MessageAssembly assembly(kText, limits, nullptr);
    for (const auto& piece : pieces) EXPECT_EQ(result(assembly.push(piece.bytes())), "ok");
    EXPECT_EQ(result(assembly.finish()), "ok");
    EXPECT_TRUE(assembly.is_text());
    EXPECT_EQ(as_text(assembly.payload()), "gr\xc3\xbc\xc3\x9f dich");
  });
}

TEST(MessageAssembly, Inflates) {
  const Limits limits;
  test::for_every_split(hex("f2 48 cd c9 c9 07 00"), [&](const test::Pieces& pieces) {
    MessageInflater inflater(15, false);
    MessageAssembly assembly(kCompressed, limits, &inflater);
    for (const auto& piece : pieces) EXPECT_EQ(result(assembly.push(piece.bytes())), "ok");
    EXPECT_EQ(result(assembly.finish()), "ok");
    EXPECT_EQ(as_text(assembly.payload()), "Hello");
  });
}

TEST(MessageAssembly, LeavesTheInflaterAloneWithoutTheMark) {
  const Limits limits;
  MessageInflater inflater(15, false);
  MessageAssembly assembly(kBinary, limits, &inflater);
  EXPECT_EQ(result(assembly.push(as_bytes("\xff"))), "ok");
  EXPECT_EQ(result(assembly.finish()), "ok");
  EXPECT_FALSE(assembly.is_text());
  EXPECT_EQ(as_text(assembly.payload()), "\xff");
}

TEST(MessageAssembly, ValidatesTextAsItComes) {
  const Limits limits;
  MessageAssembly assembly(kText, limits, nullptr);
  EXPECT_EQ(result(assembly.push(as_bytes("\xe2\x82"))), "ok");
  EXPECT_EQ(result(assembly.push(as_bytes("x"))), "invalid-utf8");

  MessageAssembly cut(kText, limits, nullptr);
  EXPECT_EQ(result(cut.push(as_bytes("\xe2\x82"))), "ok");
  EXPECT_EQ(result(cut.finish()), "invalid-utf8");
}

TEST(MessageAssembly, EndsInsideABlock) {
  const Limits limits;
  MessageInflater inflater(15, false);
  MessageAssembly assembly(kCompressed, limits, &inflater);
  EXPECT_EQ(result(assembly.push(as_bytes(hex("f2 48 cd")))), "ok");
  EXPECT_EQ(result(assembly.finish()), "inflate-failed");
}

TEST(MessageAssembly, TellsOfBadTextBeforeTheLimit) {
  Limits limits;
  limits.message_payload = 40'000;
  std::string message(100'000, 'x');
  message[10] = '\xff';
  MessageDeflater deflater(15, false, 6, 8);
  std::vector<std::uint8_t> payload;
  deflater.push(as_bytes(message), true, payload);
  MessageInflater inflater(15, false);
  MessageAssembly assembly(kCompressed, limits, &inflater);
  EXPECT_EQ(result(assembly.push(payload)), "invalid-utf8");
}

TEST(MessageAssembly, BoundsTheAnnouncedSize) {
  Limits limits;
  limits.message_payload = 10;
  MessageAssembly assembly(kBinary, limits, nullptr);
  EXPECT_EQ(result(assembly.push(as_bytes("123456"))), "ok");
  EXPECT_EQ(result(assembly.begin_continuation(continuation(4))), "ok");
  EXPECT_EQ(result(assembly.begin_continuation(continuation(5))), "message-too-big");
  EXPECT_EQ(result(assembly.begin_continuation(continuation(UINT64_MAX))), "message-too-big");

  // What a compressed frame announces is something else.
  MessageInflater inflater(15, false);
  MessageAssembly compressed(kCompressed, limits, &inflater);
  EXPECT_EQ(result(compressed.begin_continuation(continuation(1'000))), "ok");
}

TEST(MessageAssembly, CountsFragmentsAndControls) {
  Limits limits;
  limits.fragments = 3;
  limits.controls_in_message = 2;
  MessageAssembly assembly(kBinary, limits, nullptr);
  EXPECT_EQ(result(assembly.count_control()), "ok");
  EXPECT_EQ(result(assembly.count_control()), "ok");
  EXPECT_EQ(result(assembly.begin_continuation(continuation(0))), "ok");
  EXPECT_EQ(result(assembly.count_control()), "ok");
  EXPECT_EQ(result(assembly.count_control()), "ok");
  EXPECT_EQ(result(assembly.count_control()), "too-many-controls");
  EXPECT_EQ(result(assembly.begin_continuation(continuation(0))), "ok");
  EXPECT_EQ(result(assembly.begin_continuation(continuation(0))), "too-many-fragments");
}

}  // namespace
}  // namespace wsproof
