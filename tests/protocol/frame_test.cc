// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/frame.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/exact_buffer.h"
#include "tests/support/hex.h"

namespace wsproof {
namespace {

using test::ExactBuffer;
using test::hex;
using test::to_hex;

constexpr MaskingKey kKey = {0x37, 0xfa, 0x21, 0x3d};

// In a block of exactly header_size(), so that a longer write is seen.
std::string encoded(const FrameHeader& header) {
  ExactBuffer buffer(header_size(header));
  EXPECT_EQ(encode_header(header, buffer.bytes()), buffer.size());
  return to_hex(buffer.text());
}

FrameHeader with_length(std::uint64_t length, LengthForm form = LengthForm::kShortest) {
  return {.opcode = opcode::kBinary, .payload_length = length, .length_form = form};
}

TEST(FrameHeader, IsWrittenAsInTheExamplesOfTheRfc) {
  // §5.7, in its order.
  EXPECT_EQ(to_hex(encode_frame({{.opcode = opcode::kText, .payload_length = 5}, "Hello"})),
            "81 05 48 65 6c 6c 6f");
  EXPECT_EQ(to_hex(encode_frame(
                {{.opcode = opcode::kText, .masking_key = kKey, .payload_length = 5}, "Hello"})),
            "81 85 37 fa 21 3d 7f 9f 4d 51 58");
  EXPECT_EQ(
      to_hex(encode_frame({{.fin = false, .opcode = opcode::kText, .payload_length = 3}, "Hel"})),
      "01 03 48 65 6c");
  EXPECT_EQ(to_hex(encode_frame({{.opcode = opcode::kContinuation, .payload_length = 2}, "lo"})),
            "80 02 6c 6f");
  EXPECT_EQ(to_hex(encode_frame({{.opcode = opcode::kPing, .payload_length = 5}, "Hello"})),
            "89 05 48 65 6c 6c 6f");
  EXPECT_EQ(encoded({.opcode = opcode::kBinary, .payload_length = 256}), "82 7e 01 00");
  EXPECT_EQ(encoded({.opcode = opcode::kBinary, .payload_length = 65536}),
            "82 7f 00 00 00 00 00 01 00 00");
}

TEST(FrameHeader, TakesTheShortestFormOfItsLength) {
  EXPECT_EQ(encoded(with_length(0)), "82 00");
  EXPECT_EQ(encoded(with_length(125)), "82 7d");
  EXPECT_EQ(encoded(with_length(126)), "82 7e 00 7e");
  EXPECT_EQ(encoded(with_length(0xFFFF)), "82 7e ff ff");
  EXPECT_EQ(encoded(with_length(0x10000)), "82 7f 00 00 00 00 00 01 00 00");
  EXPECT_EQ(encoded(with_length(~std::uint64_t{0})), "82 7f ff ff ff ff ff ff ff ff");
}

TEST(FrameHeader, TakesALongerFormWhereItIsTold) {
  EXPECT_EQ(encoded(with_length(5, LengthForm::k16Bit)), "82 7e 00 05");
  EXPECT_EQ(encoded(with_length(5, LengthForm::k64Bit)), "82 7f 00 00 00 00 00 00 00 05");
  EXPECT_EQ(encoded(with_length(300, LengthForm::k64Bit)), "82 7f 00 00 00 00 00 00 01 2c");
}

TEST(FrameHeader, KeepsTheLowBitsInAFormThatIsTooSmall) {
  EXPECT_EQ(encoded(with_length(0x12345, LengthForm::k16Bit)), "82 7e 23 45");
  EXPECT_EQ(encoded(with_length(0x1FD, LengthForm::k7Bit)), "82 7d");
}

TEST(FrameHeader, CarriesAnyBitsAndOpcode) {
  EXPECT_EQ(encoded({.fin = false, .rsv = rsv::k1, .opcode = 0}), "40 00");
  EXPECT_EQ(encoded({.fin = false, .rsv = rsv::k2, .opcode = 0}), "20 00");
  EXPECT_EQ(encoded({.fin = false, .rsv = rsv::k3, .opcode = 0}), "10 00");
  EXPECT_EQ(encoded({.fin = true, .rsv = 7, .opcode = 15}), "ff 00");
}

TEST(FrameHeader, PutsTheKeyLast) {
  EXPECT_EQ(encoded({.masking_key = kKey}), "81 80 37 fa 21 3d");
  EXPECT_EQ(encoded({.masking_key = kKey, .payload_length = 126}), "81 fe 00 7e 37 fa 21 3d");
  EXPECT_EQ(encoded({.masking_key = kKey, .payload_length = 65536}),
            "81 ff 00 00 00 00 00 01 00 00 37 fa 21 3d");
}

TEST(FrameHeader, IsNeverLongerThanTheConstant) {
  EXPECT_EQ(header_size({.masking_key = kKey, .length_form = LengthForm::k64Bit}), kMaxHeaderSize);
}

TEST(RawFrame, MayAnnounceAnotherLengthThanItHas) {
  EXPECT_EQ(to_hex(encode_frame({{.opcode = opcode::kText, .payload_length = 9}, "ab"})),
            "81 09 61 62");
  EXPECT_EQ(to_hex(encode_frame({{.opcode = opcode::kText, .payload_length = 0}, "ab"})),
            "81 00 61 62");
}

// Every first octet, masked and not, with lengths on both sides of each form's edges.
std::vector<FrameHeader> headers_of_every_kind() {
  struct Length {
    LengthForm form;
    std::vector<std::uint64_t> values;
  };
  const std::array<Length, 3> lengths{{
      {LengthForm::k7Bit, {0, 1, 124, 125}},
      {LengthForm::k16Bit, {0, 125, 126, 0x1234, 0xFFFF}},
      {LengthForm::k64Bit, {0, 0xFFFF, 0x10000, 0x0123'4567'89AB'CDEF, ~std::uint64_t{0}}},
  }};
  std::vector<FrameHeader> headers;
  for (unsigned first = 0; first <= 0xFF; ++first) {
    for (const bool masked : {false, true}) {
      for (const Length& length : lengths) {
        for (const std::uint64_t value : length.values) {
          FrameHeader header;
          header.fin = first >= 0x80;
          header.rsv = static_cast<std::uint8_t>(first / 16 % 8);
          header.opcode = static_cast<std::uint8_t>(first % 16);
          if (masked) header.masking_key = kKey;
          header.payload_length = value;
          header.length_form = length.form;
          headers.push_back(header);
        }
      }
    }
  }
  return headers;
}

TEST(FrameHeader, IsReadAsItWasWritten) {
  for (const FrameHeader& header : headers_of_every_kind()) {
    ExactBuffer octets(header_size(header));
    encode_header(header, octets.bytes());
    FrameHeader decoded;
    ASSERT_EQ(decode_header(octets.bytes(), decoded), octets.size()) << to_hex(octets.text());
    ASSERT_EQ(decoded, header) << to_hex(octets.text());
  }
}

TEST(FrameHeader, IsReadOnlyWhenItIsWhole) {
  for (const FrameHeader& header : headers_of_every_kind()) {
    ExactBuffer octets(header_size(header));
    encode_header(header, octets.bytes());
    for (std::size_t size = 0; size < octets.size(); ++size) {
      const ExactBuffer part(octets.text().substr(0, size));
      FrameHeader decoded{.rsv = 5, .opcode = 6, .payload_length = 7};
      const FrameHeader before = decoded;
      ASSERT_EQ(decode_header(part.bytes(), decoded), 0U) << to_hex(part.text());
      ASSERT_EQ(decoded, before) << "a header was changed by " << to_hex(part.text());
    }
  }
}

TEST(FrameHeader, IsReadWithoutWhatFollowsIt) {
  FrameHeader header;
  const ExactBuffer octets(hex("81 02 41 42 82 00"));
  EXPECT_EQ(decode_header(octets.bytes(), header), 2U);
  EXPECT_EQ(header.payload_length, 2U);
}

TEST(FrameHeader, ForgetsTheKeyOfTheOneBefore) {
  FrameHeader header{.masking_key = kKey};
  const ExactBuffer octets(hex("81 00"));
  EXPECT_EQ(decode_header(octets.bytes(), header), 2U);
  EXPECT_EQ(header.masking_key, std::nullopt);
}

TEST(Opcode, HasAName) {
  EXPECT_EQ(opcode_name(opcode::kContinuation), "continuation");
  EXPECT_EQ(opcode_name(opcode::kText), "text");
  EXPECT_EQ(opcode_name(opcode::kBinary), "binary");
  EXPECT_EQ(opcode_name(opcode::kClose), "close");
  EXPECT_EQ(opcode_name(opcode::kPing), "ping");
  EXPECT_EQ(opcode_name(opcode::kPong), "pong");
  EXPECT_EQ(opcode_name(3), "opcode 3");
  EXPECT_EQ(opcode_name(15), "opcode 15");
}

TEST(Opcode, IsOfAControlFrameFromEightOn) {
  for (std::uint8_t op = 0; op < 16; ++op) EXPECT_EQ(is_control(op), op >= 8) << int{op};
}

}  // namespace
}  // namespace wsproof
