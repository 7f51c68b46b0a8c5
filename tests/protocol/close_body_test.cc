// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/close_body.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "tests/support/exact_buffer.h"
#include "tests/support/hex.h"

namespace wsproof {
namespace {

using test::ExactBuffer;
using test::hex;
using test::to_hex;

// "1000 reason", or the name of the error.
std::string parse(std::string_view octets) {
  const ExactBuffer payload(octets);
  const auto body = parse_close_body(payload.bytes());
  if (!body) return std::string(info(body.error()).name);
  return std::to_string(body->code) + " " + std::string(body->reason);
}

TEST(CloseBody, Parses) {
  EXPECT_EQ(parse(""), "1005 ");
  EXPECT_EQ(parse(hex("03 e8")), "1000 ");
  EXPECT_EQ(parse(hex("03 e9") + "gone"), "1001 gone");
  EXPECT_EQ(parse(hex("13 87") + "\xc3\xa9"), "4999 \xc3\xa9");
}

TEST(CloseBody, Refuses) {
  EXPECT_EQ(parse("\x03"), "close-body-one-octet");
  EXPECT_EQ(parse(hex("00 00")), "close-code-invalid");
  EXPECT_EQ(parse(hex("03 ed")), "close-code-invalid");
  EXPECT_EQ(parse(hex("ff ff") + "\xff"), "close-code-invalid");
  EXPECT_EQ(parse(hex("03 e8 ff")), "close-reason-not-utf8");
  EXPECT_EQ(parse(hex("03 e8 e2 82")), "close-reason-not-utf8");
}

TEST(CloseBody, Encodes) {
  std::array<std::uint8_t, kMaxControlPayload> out{};
  EXPECT_EQ(to_hex(encode_close_body({1005, ""}, out)), "");
  EXPECT_EQ(to_hex(encode_close_body({1000, ""}, out)), "03 e8");
  EXPECT_EQ(to_hex(encode_close_body({4999, "ok"}, out)), "13 87 6f 6b");
  const std::string longest(kMaxCloseReason, 'r');
  EXPECT_EQ(parse(as_text(encode_close_body({1000, longest}, out))), "1000 " + longest);
}

}  // namespace
}  // namespace wsproof
