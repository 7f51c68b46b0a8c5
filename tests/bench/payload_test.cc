// SPDX-License-Identifier: Apache-2.0
#include "bench/load/payload.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "server/protocol/frame.h"
#include "server/protocol/utf8.h"

namespace wsproof::load {
namespace {

std::string text_of(Bytes bytes) { return std::string(as_text(bytes)); }

TEST(Payload, CarriesItsStampAndTheRightSize) {
  for (const Content content : {Content::kBinary, Content::kText, Content::kMixed}) {
    for (const std::size_t size : {12U, 13U, 20U, 47U, 125U, 126U, 1024U, 65536U}) {
      Payload payload(content, size);
      const Stamp stamp{0xABCD, 0x1234567};
      const std::string message = text_of(payload.message(stamp));
      ASSERT_EQ(message.size(), size);
      EXPECT_EQ(message.substr(0, 12), "abcd01234567");
      EXPECT_EQ(payload.read(payload.kind(), as_bytes(message)), stamp);
      if (content != Content::kBinary) {
        EXPECT_FALSE(find_invalid_utf8(as_bytes(message)));
      }
    }
  }
}

TEST(Payload, FrameIsTheMaskedMessage) {
  for (const std::size_t size : {0U, 5U, 20U, 126U, 70000U}) {
    Payload payload(Content::kMixed, size);
    const Stamp stamp{3, 99};
    std::string frame = text_of(payload.frame(stamp));
    EXPECT_EQ(frame.size(), payload.frame_size());
    FrameHeader header;
    const std::size_t head = decode_header(as_bytes(frame), header);
    ASSERT_GT(head, 0U);
    EXPECT_TRUE(header.fin);
    EXPECT_EQ(header.opcode, opcode::kText);
    EXPECT_EQ(header.payload_length, size);
    ASSERT_TRUE(header.masking_key);
    std::vector<std::uint8_t> octets(frame.begin() + static_cast<std::ptrdiff_t>(head),
                                     frame.end());
    mask(octets, *header.masking_key);
    EXPECT_EQ(text_of(octets), text_of(payload.message(stamp)));
  }
}

TEST(Payload, RefusesWhatDiffers) {
  Payload payload(Content::kBinary, 64);
  const std::string good = text_of(payload.message({1, 2}));
  const auto read = [&payload](const std::string& text) {
    return payload.read(MessageKind::kBinary, as_bytes(text));
  };
  EXPECT_TRUE(read(good));
  EXPECT_FALSE(payload.read(MessageKind::kText, as_bytes(good)));
  EXPECT_FALSE(read(good.substr(1)));
  EXPECT_FALSE(read(good + "x"));
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x40);
    EXPECT_NE(read(bad), read(good)) << i;
  }
}

TEST(Payload, SmallOnesHaveNoStamp) {
  Payload payload(Content::kText, 11);
  EXPECT_FALSE(payload.stamped());
  const std::string message = text_of(payload.message({7, 8}));
  EXPECT_EQ(payload.read(MessageKind::kText, as_bytes(message)), Stamp{});
}

}  // namespace
}  // namespace wsproof::load
