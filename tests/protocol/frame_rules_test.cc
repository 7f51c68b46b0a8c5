// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/frame_rules.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wsproof {
namespace {

constexpr MaskingKey kKey = {1, 2, 3, 4};

// A stream of frames from one peer. frame() judges a header, then lets the rules take note of it.
class FrameRulesTest : public testing::Test {
 protected:
  void from_client() { start(Role::kClient, false); }
  void from_server() { start(Role::kServer, false); }
  void from_client_with_deflate() { start(Role::kClient, true); }

  // As the peer would send it: masked where it must be, in the shortest form of its length.
  FrameHeader header(std::uint8_t op, std::uint64_t length = 0) const {
    FrameHeader made;
    made.opcode = op;
    made.payload_length = length;
    made.length_form = length > 0xFFFF ? LengthForm::k64Bit
                       : length > 125  ? LengthForm::k16Bit
                                       : LengthForm::k7Bit;
    if (sender_ == Role::kClient) made.masking_key = kKey;
    return made;
  }
  FrameHeader unfinished(std::uint8_t op) const {
    FrameHeader made = header(op);
    made.fin = false;
    return made;
  }
  FrameHeader with_rsv(std::uint8_t bits, FrameHeader made) const {
    made.rsv = bits;
    return made;
  }
  FrameHeader in_form(LengthForm form, std::uint8_t op, std::uint64_t length) const {
    FrameHeader made = header(op, length);
    made.length_form = form;
    return made;
  }

  // The names of all violations, blank-separated; "ok" where there is none.
  std::string frame(const FrameHeader& made) {
    const std::vector<Error> all = rules_->check_all(made);
    const std::optional<Error> first = rules_->check(made);
    EXPECT_EQ(first.has_value(), !all.empty());
    if (first && !all.empty()) {
      EXPECT_EQ(*first, all.front());
    }
    rules_->advance(made);
    if (all.empty()) return "ok";
    std::string names;
    for (const Error error : all) {
      if (!names.empty()) names += " ";
      names += info(error).name;
    }
    return names;
  }
  [[nodiscard]] bool in_message() const { return rules_->in_message(); }

 private:
  void start(Role sender, bool deflate) {
    sender_ = sender;
    rules_.emplace(sender, deflate);
  }

  Role sender_ = Role::kClient;
  std::optional<FrameRules> rules_;
};

TEST_F(FrameRulesTest, TakesEveryDefinedOpcode) {
  from_client();
  for (const std::uint8_t op :
       {opcode::kText, opcode::kBinary, opcode::kClose, opcode::kPing, opcode::kPong}) {
    EXPECT_EQ(frame(header(op, 5)), "ok") << opcode_name(op);
  }
}

TEST_F(FrameRulesTest, RefusesReservedOpcodes) {
  from_client();
  for (std::uint8_t op = 0; op < 16; ++op) {
    if (op <= opcode::kBinary || (op >= opcode::kClose && op <= opcode::kPong)) continue;
    EXPECT_EQ(frame(header(op)), "reserved-opcode") << int{op};
  }
}

TEST_F(FrameRulesTest, RefusesReservedBitsOnEveryOpcode) {
  from_client();
  for (std::uint8_t bits = 1; bits < 8; ++bits) {
    EXPECT_EQ(frame(with_rsv(bits, header(opcode::kText))), "reserved-bit");
    EXPECT_EQ(frame(with_rsv(bits, header(opcode::kPing))), "reserved-bit");
    EXPECT_EQ(frame(with_rsv(bits, header(opcode::kClose))), "reserved-bit");
  }
}

TEST_F(FrameRulesTest, WantsFramesOfAClientMasked) {
  from_client();
  FrameHeader bare = header(opcode::kText);
  bare.masking_key.reset();
  EXPECT_EQ(frame(bare), "frame-not-masked");
}

TEST_F(FrameRulesTest, WantsFramesOfAServerNotMasked) {
  from_server();
  EXPECT_EQ(frame(header(opcode::kText)), "ok");
  FrameHeader masked = header(opcode::kText);
  masked.masking_key = kKey;
  EXPECT_EQ(frame(masked), "frame-masked");
}

TEST_F(FrameRulesTest, TakesAFragmentedMessageWithControlsInside) {
  from_server();
  EXPECT_FALSE(in_message());
  EXPECT_EQ(frame(unfinished(opcode::kText)), "ok");
  EXPECT_TRUE(in_message());
  EXPECT_EQ(frame(header(opcode::kPing, 125)), "ok");
  EXPECT_EQ(frame(unfinished(opcode::kContinuation)), "ok");
  EXPECT_EQ(frame(header(opcode::kPong)), "ok");
  EXPECT_TRUE(in_message());
  EXPECT_EQ(frame(header(opcode::kContinuation)), "ok");
  EXPECT_FALSE(in_message());
  EXPECT_EQ(frame(header(opcode::kBinary)), "ok");
}

TEST_F(FrameRulesTest, RefusesAContinuationOfNothing) {
  from_server();
  EXPECT_EQ(frame(header(opcode::kContinuation)), "unexpected-continuation");
  EXPECT_EQ(frame(header(opcode::kText)), "ok");
  EXPECT_EQ(frame(header(opcode::kContinuation)), "unexpected-continuation");
}

TEST_F(FrameRulesTest, RefusesAMessageInsideAMessage) {
  from_server();
  EXPECT_EQ(frame(unfinished(opcode::kBinary)), "ok");
  EXPECT_EQ(frame(header(opcode::kText)), "expected-continuation");
}

TEST_F(FrameRulesTest, FollowsTheMessageThatAnIllegalFrameBegan) {
  from_server();
  EXPECT_EQ(frame(unfinished(opcode::kContinuation)), "unexpected-continuation");
  EXPECT_EQ(frame(header(opcode::kContinuation)), "ok");
}

TEST_F(FrameRulesTest, LetsAReservedOpcodeChangeNothing) {
  from_server();
  EXPECT_EQ(frame(unfinished(3)), "reserved-opcode");
  EXPECT_FALSE(in_message());
  EXPECT_EQ(frame(unfinished(opcode::kText)), "ok");
  EXPECT_EQ(frame(header(4)), "reserved-opcode");
  EXPECT_TRUE(in_message());
}

TEST_F(FrameRulesTest, RefusesFragmentedControls) {
  from_server();
  for (const std::uint8_t op : {opcode::kClose, opcode::kPing, opcode::kPong}) {
    EXPECT_EQ(frame(unfinished(op)), "fragmented-control");
    EXPECT_FALSE(in_message());
  }
}

TEST_F(FrameRulesTest, RefusesLongControls) {
  from_server();
  for (const std::uint8_t op : {opcode::kClose, opcode::kPing, opcode::kPong}) {
    EXPECT_EQ(frame(header(op, 125)), "ok");
    EXPECT_EQ(frame(header(op, 126)), "long-control");
    EXPECT_EQ(frame(header(op, 70'000)), "long-control");
  }
  EXPECT_EQ(frame(header(opcode::kText, 126)), "ok");
}

TEST_F(FrameRulesTest, RefusesLengthsThatAreLongerThanNeeded) {
  from_server();
  EXPECT_EQ(frame(in_form(LengthForm::k16Bit, opcode::kText, 125)), "length-not-minimal");
  EXPECT_EQ(frame(in_form(LengthForm::k16Bit, opcode::kText, 126)), "ok");
  EXPECT_EQ(frame(in_form(LengthForm::k64Bit, opcode::kText, 125)), "length-not-minimal");
  EXPECT_EQ(frame(in_form(LengthForm::k64Bit, opcode::kText, 0xFFFF)), "length-not-minimal");
  EXPECT_EQ(frame(in_form(LengthForm::k64Bit, opcode::kText, 0x10000)), "ok");
  EXPECT_EQ(frame(in_form(LengthForm::k16Bit, opcode::kPing, 5)), "length-not-minimal");
}

TEST_F(FrameRulesTest, RefusesLengthsWithTheTopBit) {
  from_server();
  EXPECT_EQ(frame(header(opcode::kBinary, 0x7FFF'FFFF'FFFF'FFFF)), "ok");
  EXPECT_EQ(frame(header(opcode::kBinary, 0x8000'0000'0000'0000)), "length-top-bit");
  EXPECT_EQ(frame(header(opcode::kBinary, 0xFFFF'FFFF'FFFF'FFFF)), "length-top-bit");
}

TEST_F(FrameRulesTest, TakesTheMarkOfCompressionOnTheFirstFrameOfAMessage) {
  from_client_with_deflate();
  EXPECT_EQ(frame(with_rsv(rsv::k1, header(opcode::kText))), "ok");
  EXPECT_EQ(frame(with_rsv(rsv::k1, header(opcode::kBinary))), "ok");
  EXPECT_EQ(frame(header(opcode::kText)), "ok");
  EXPECT_EQ(frame(with_rsv(rsv::k1, unfinished(opcode::kText))), "ok");
  EXPECT_EQ(frame(header(opcode::kContinuation)), "ok");
}

TEST_F(FrameRulesTest, RefusesTheMarkOfCompressionElsewhere) {
  from_client_with_deflate();
  EXPECT_EQ(frame(with_rsv(rsv::k1, header(opcode::kPing))), "compressed-control");
  EXPECT_EQ(frame(with_rsv(rsv::k1, header(opcode::kClose))), "compressed-control");
  EXPECT_EQ(frame(with_rsv(rsv::k1, unfinished(opcode::kText))), "ok");
  EXPECT_EQ(frame(with_rsv(rsv::k1, header(opcode::kContinuation))), "compressed-continuation");
}

TEST_F(FrameRulesTest, RefusesTheOtherBitsWithCompressionToo) {
  from_client_with_deflate();
  EXPECT_EQ(frame(with_rsv(rsv::k2, header(opcode::kText))), "reserved-bit");
  EXPECT_EQ(frame(with_rsv(rsv::k2, header(opcode::kPing))), "reserved-bit");
  EXPECT_EQ(frame(with_rsv(rsv::k3, header(opcode::kPing))), "reserved-bit");
  EXPECT_EQ(frame(with_rsv(rsv::k1 | rsv::k3, header(opcode::kText))), "reserved-bit");
  EXPECT_EQ(frame(with_rsv(rsv::k1 | rsv::k2, header(opcode::kPong))),
            "compressed-control reserved-bit");
  EXPECT_EQ(frame(with_rsv(rsv::k1, header(5))), "reserved-opcode");
  EXPECT_EQ(frame(with_rsv(rsv::k1, header(12))), "compressed-control reserved-opcode");
}

TEST_F(FrameRulesTest, TellsAllThatIsWrongInTheOrderOfTheWire) {
  from_client();
  FrameHeader worst;
  worst.fin = false;
  worst.rsv = 7;
  worst.opcode = 11;
  worst.payload_length = 0x8000'0000'0000'0000;
  worst.length_form = LengthForm::k64Bit;
  EXPECT_EQ(frame(worst),
            "reserved-bit reserved-opcode fragmented-control frame-not-masked long-control "
            "length-top-bit");
}

// check() decides most headers without asking rule by rule: here it is asked for every first octet
// with every kind of length, masked or not, in every state.
TEST(FrameRulesDifferential, CheckTellsTheFirstThatCheckAllTells) {
  constexpr std::uint64_t kLengths[] = {0,      1,       125,       126,
                                        0xFFFF, 0x10000, 1U << 31U, std::uint64_t{1} << 63U};
  std::size_t legal = 0;
  std::size_t judged = 0;
  for (unsigned state = 0; state < 8; ++state) {
    const Role sender = (state & 1U) != 0 ? Role::kServer : Role::kClient;
    FrameRules rules(sender, (state & 2U) != 0);
    if ((state & 4U) != 0) rules.advance({.fin = false, .opcode = opcode::kText});
    for (unsigned first = 0; first < 0x200; ++first) {
      for (const LengthForm form :
           {LengthForm::kShortest, LengthForm::k7Bit, LengthForm::k16Bit, LengthForm::k64Bit}) {
        for (const std::uint64_t length : kLengths) {
          FrameHeader header;
          header.fin = (first & 0x80U) != 0;
          header.rsv = first >> 4U & 7U;
          header.opcode = first & 0xFU;
          if (first >= 0x100) header.masking_key = kKey;
          header.payload_length = length;
          header.length_form = form;
          const std::vector<Error> all = rules.check_all(header);
          const std::optional<Error> expected =
              all.empty() ? std::nullopt : std::optional<Error>(all.front());
          ASSERT_EQ(rules.check(header), expected)
              << "state " << state << ", octet " << first << ", length " << length;
          ASSERT_EQ(rules.is_legal(header), all.empty())
              << "state " << state << ", octet " << first << ", length " << length;
          ++judged;
          if (all.empty()) ++legal;
        }
      }
    }
  }
  EXPECT_GT(legal, 500U);
  EXPECT_GT(judged - legal, 100'000U);
}

}  // namespace
}  // namespace wsproof
