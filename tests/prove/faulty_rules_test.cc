// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "tests/peers/faulty/rules.h"

namespace wsproof::faulty {
namespace {

FrameHeader from_client(std::uint8_t opcode) {
  FrameHeader header;
  header.opcode = opcode;
  header.key = std::array<char, 4>{};
  return header;
}

std::uint16_t violation(const FrameHeader& header, const Faults& faults = Faults(),
                        Role role = Role::kServer, bool compression = false) {
  return find_violation(header, role, compression, faults).value_or(0);
}

std::uint16_t close_violation(std::string_view body, const Faults& faults = Faults()) {
  return find_close_violation(body, faults).value_or(0);
}

std::string body(int code, std::string_view reason = {}) {
  return std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)} +
         std::string(reason);
}

TEST(FaultyRulesTest, OpcodesOfTheRfcAreFine) {
  for (int opcode = 0; opcode < 16; ++opcode) {
    const bool known = opcode <= 2 || (opcode >= 8 && opcode <= 10);
    EXPECT_EQ(violation(from_client(static_cast<std::uint8_t>(opcode))), known ? 0 : 1002);
  }
  EXPECT_EQ(violation(from_client(7), Faults(Fault::kSkipsReservedData)), 0);
  EXPECT_EQ(violation(from_client(11), Faults(Fault::kSkipsReservedData)), 1002);
}

TEST(FaultyRulesTest, ReservedBits) {
  FrameHeader header = from_client(kText);
  header.rsv = kRsv1;
  EXPECT_EQ(violation(header), 1002);
  EXPECT_EQ(violation(header, Faults(), Role::kServer, true), 0);
  EXPECT_EQ(violation(header, Faults(Fault::kAcceptsRsv1)), 0);
  EXPECT_EQ(violation(header, Faults(Fault::kAcceptsRsv2)), 1002);
  header.opcode = kContinuation;
  EXPECT_EQ(violation(header, Faults(), Role::kServer, true), 1002);
}

TEST(FaultyRulesTest, MaskAndLength) {
  FrameHeader header = from_client(kPing);
  EXPECT_EQ(violation(header, Faults(), Role::kClient), 1002);
  EXPECT_EQ(violation(header, Faults(Fault::kAcceptsMasked), Role::kClient), 0);
  header.length = 126;
  EXPECT_EQ(violation(header), 1002);
  header.length = 125;
  EXPECT_EQ(violation(header), 0);
  header.fin = false;
  EXPECT_EQ(violation(header), 1002);
  FrameHeader bare = from_client(kText);
  bare.key.reset();
  EXPECT_EQ(violation(bare), 1002);
  EXPECT_EQ(violation(bare, Faults(Fault::kAcceptsUnmasked)), 0);
  FrameHeader huge = from_client(kText);
  huge.length = std::uint64_t{1} << 63U;
  EXPECT_EQ(violation(huge), 1002);
}

TEST(FaultyRulesTest, CloseCodes) {
  for (const int code : {1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 3999, 4000, 4999}) {
    EXPECT_EQ(close_violation(body(code)), 0) << code;
  }
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535}) {
    EXPECT_EQ(close_violation(body(code)), 1002) << code;
  }
  EXPECT_EQ(close_violation(body(1004), Faults(Fault::kAcceptsClose1004)), 0);
  EXPECT_EQ(close_violation(body(1005), Faults(Fault::kAcceptsClose1004)), 1002);
  EXPECT_EQ(close_violation(body(2000), Faults(Fault::kAcceptsCloseUnassigned)), 0);
}

TEST(FaultyRulesTest, CloseBodies) {
  EXPECT_EQ(close_violation(""), 0);
  EXPECT_EQ(close_violation("x"), 1002);
  EXPECT_EQ(close_violation("x", Faults(Fault::kAcceptsOneOctetClose)), 0);
  EXPECT_EQ(close_violation(body(1000, "bye")), 0);
  EXPECT_EQ(close_violation(body(1000, "\xFF")), 1007);
  EXPECT_EQ(close_violation(body(1000, "\xFF"), Faults(Fault::kAcceptsBadReason)), 0);
}

}  // namespace
}  // namespace wsproof::faulty
