// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/close_code.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>

namespace wsproof {
namespace {

// Every code below 3000 that is registered for use on the wire, one by one.
const std::set<std::uint32_t>& registered() {
  static const std::set<std::uint32_t> codes = {1000, 1001, 1002, 1003, 1007, 1008,
                                                1009, 1010, 1011, 1012, 1013, 1014};
  return codes;
}

TEST(CloseCode, MayBeReceivedWhenItIsRegisteredOrFreeForUse) {
  for (std::uint32_t code = 0; code <= 0xFFFF; ++code) {
    const bool expected = registered().count(code) != 0 || (code >= 3000 && code <= 4999);
    ASSERT_EQ(may_receive_close_code(static_cast<std::uint16_t>(code)), expected) << code;
  }
}

TEST(CloseCode, MayBeSentWhenItMayBeReceivedExceptForTheClientsOwn) {
  for (std::uint32_t number = 0; number <= 0xFFFF; ++number) {
    const auto code = static_cast<std::uint16_t>(number);
    const bool expected = may_receive_close_code(code);
    ASSERT_EQ(may_send_close_code(code, /*from_server=*/false), expected) << code;
    ASSERT_EQ(may_send_close_code(code, /*from_server=*/true), expected && code != 1010) << code;
  }
}

TEST(CloseCode, HasWordsForPeople) {
  EXPECT_EQ(close_code_name(1000), "normal closure");
  EXPECT_EQ(close_code_name(1002), "protocol error");
  EXPECT_EQ(close_code_name(1005), "no status received");
  EXPECT_EQ(close_code_name(1015), "TLS handshake");
  EXPECT_EQ(close_code_name(3000), "for libraries and applications");
  EXPECT_EQ(close_code_name(3999), "for libraries and applications");
  EXPECT_EQ(close_code_name(4000), "for private use");
  EXPECT_EQ(close_code_name(4999), "for private use");
}

TEST(CloseCode, HasWordsOfItsOwnWhereItIsDefined) {
  std::set<std::string> names;
  for (std::uint16_t code = 1000; code <= 1015; ++code) {
    const std::string name(close_code_name(code));
    EXPECT_NE(name, "not assigned") << code;
    EXPECT_TRUE(names.insert(name).second) << name;
  }
  for (const std::uint16_t code : {std::uint16_t{0}, std::uint16_t{999}, std::uint16_t{1016},
                                   std::uint16_t{2999}, std::uint16_t{5000}}) {
    EXPECT_EQ(close_code_name(code), "not assigned") << code;
  }
}

}  // namespace
}  // namespace wsproof
