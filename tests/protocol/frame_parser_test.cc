// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/frame_parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/exact_buffer.h"
#include "tests/support/hex.h"
#include "tests/support/splits.h"

namespace wsproof {
namespace {

using test::ExactBuffer;
using test::hex;
using test::Pieces;
using test::to_hex;
using Event = FrameParser::Event;

// Feeds pieces to a parser, holds it to its contract step by step, and writes down what it tells,
// one event a line. Pieces of payload are joined, so that the log does not depend on the cuts.
class Log {
 public:
  void feed(MutableBytes input) {
    for (;;) {
      const FrameParser::Step step = parser_.next(input);
      ASSERT_LE(step.consumed, input.size());
      if (step.event == Event::kNeedMore) {
        EXPECT_EQ(step.consumed, input.size()) << "need more, but not all is consumed";
        return;
      }
      if (step.event == Event::kHeader) {
        take_header();
      } else {
        take_payload(step, input);
      }
      input = input.subspan(step.consumed);
    }
  }

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const FrameParser& parser() const { return parser_; }
  /// Octets of a payload that is not complete.
  [[nodiscard]] const std::string& open_payload() const { return payload_; }

 private:
  void take_header() {
    EXPECT_FALSE(in_frame_) << "a header inside a frame";
    in_frame_ = true;
    payload_.clear();
    const FrameHeader& header = parser_.header();
    EXPECT_EQ(parser_.payload_remaining(), header.payload_length);
    text_ += opcode_name(header.opcode);
    if (header.fin) text_ += " fin";
    if (header.rsv != 0) text_ += " rsv" + std::to_string(header.rsv);
    text_ += " " + std::to_string(header.payload_length);
    if (header.length_form == LengthForm::k16Bit) text_ += "/16";
    if (header.length_form == LengthForm::k64Bit) text_ += "/64";
    if (header.masking_key) text_ += " key " + to_hex(*header.masking_key);
    text_ += "\n";
  }

  void take_payload(const FrameParser::Step& step, MutableBytes input) {
    EXPECT_TRUE(in_frame_) << "payload outside a frame";
    EXPECT_EQ(step.payload.size(), step.consumed);
    EXPECT_EQ(step.payload.data(), input.data()) << "the payload lies elsewhere";
    EXPECT_EQ(step.payload_offset, payload_.size());
    EXPECT_TRUE(!step.payload.empty() || parser_.header().payload_length == 0)
        << "an empty piece of a frame with payload";
    payload_ += as_text(step.payload);
    EXPECT_EQ(parser_.payload_remaining(), parser_.header().payload_length - payload_.size());
    EXPECT_EQ(step.frame_ends, parser_.payload_remaining() == 0);
    if (step.frame_ends) {
      text_ += "  [" + to_hex(payload_) + "]\n";
      in_frame_ = false;
      EXPECT_TRUE(parser_.between_frames());
    }
  }

  FrameParser parser_;
  std::string text_;
  std::string payload_;
  bool in_frame_ = false;
};

// The same events at every cut, and the parser between two frames at the end.
void expect_events(std::string_view octets, std::string_view events) {
  test::for_every_split(hex(octets), [events](Pieces pieces) {
    Log log;
    for (ExactBuffer& piece : pieces) log.feed(piece.bytes());
    EXPECT_EQ(log.text(), events);
    EXPECT_TRUE(log.parser().between_frames());
  });
}

// The same events at every cut, and the parser in the middle of something at the end.
void expect_unfinished(std::string_view octets, std::string_view events) {
  test::for_every_split(hex(octets), [events](Pieces pieces) {
    Log log;
    for (ExactBuffer& piece : pieces) log.feed(piece.bytes());
    EXPECT_EQ(log.text(), events);
    EXPECT_FALSE(log.parser().between_frames());
  });
}

TEST(FrameParser, ReadsTheUnmaskedTextOfTheRfc) {
  expect_events("81 05 48 65 6c 6c 6f",
                "text fin 5\n"
                "  [48 65 6c 6c 6f]\n");
}

TEST(FrameParser, LeavesMaskedPayloadMasked) {
  expect_events("81 85 37 fa 21 3d 7f 9f 4d 51 58",
                "text fin 5 key 37 fa 21 3d\n"
                "  [7f 9f 4d 51 58]\n");
}

TEST(FrameParser, ReadsFragmentsWithAPingBetweenThem) {
  expect_events("01 03 48 65 6c 89 00 80 02 6c 6f",
                "text 3\n"
                "  [48 65 6c]\n"
                "ping fin 0\n"
                "  []\n"
                "continuation fin 2\n"
                "  [6c 6f]\n");
}

TEST(FrameParser, GivesOneEmptyPieceForAnEmptyFrame) {
  expect_events("82 00 8a 80 01 02 03 04 88 00",
                "binary fin 0\n"
                "  []\n"
                "pong fin 0 key 01 02 03 04\n"
                "  []\n"
                "close fin 0\n"
                "  []\n");
}

TEST(FrameParser, ReadsEveryFormOfALength) {
  expect_events("82 7e 00 02 aa bb 82 7f 00 00 00 00 00 00 00 01 cc 82 01 dd",
                "binary fin 2/16\n"
                "  [aa bb]\n"
                "binary fin 1/64\n"
                "  [cc]\n"
                "binary fin 1\n"
                "  [dd]\n");
}

TEST(FrameParser, ReadsTheLongestHeader) {
  expect_events("82 ff 00 00 00 00 00 00 00 02 09 08 07 06 aa bb",
                "binary fin 2/64 key 09 08 07 06\n"
                "  [aa bb]\n");
}

TEST(FrameParser, JudgesNothing) {
  expect_events("ff 7e 00 00 73 01 61 09 00",
                "opcode 15 fin rsv7 0/16\n"
                "  []\n"
                "opcode 3 rsv7 1\n"
                "  [61]\n"
                "ping 0\n"
                "  []\n");
}

TEST(FrameParser, BelievesALengthWithItsTopBitSet) {
  expect_unfinished("82 7f ff ff ff ff ff ff ff ff 61 62", "binary fin 18446744073709551615/64\n");
}

TEST(FrameParser, IsNotBetweenFramesInsideAHeader) {
  expect_unfinished("81", "");
  expect_unfinished("81 fe", "");
  expect_unfinished("81 fe 00 7e 01 02 03", "");
  expect_unfinished("89 00 81", "ping fin 0\n  []\n");
}

TEST(FrameParser, IsNotBetweenFramesInsideAPayload) {
  expect_unfinished("81 02", "text fin 2\n");
  expect_unfinished("81 02 61", "text fin 2\n");
}

TEST(FrameParser, IsBetweenFramesAtTheStart) {
  FrameParser parser;
  EXPECT_TRUE(parser.between_frames());
  const FrameParser::Step step = parser.next({});
  EXPECT_EQ(step.event, Event::kNeedMore);
  EXPECT_EQ(step.consumed, 0U);
  EXPECT_TRUE(parser.between_frames());
}

TEST(FrameParser, GivesTheEmptyPieceWithoutInput) {
  FrameParser parser;
  ExactBuffer octets(hex("89 00"));
  EXPECT_EQ(parser.next(octets.bytes()).event, Event::kHeader);
  EXPECT_FALSE(parser.between_frames());
  const FrameParser::Step step = parser.next({});
  EXPECT_EQ(step.event, Event::kPayload);
  EXPECT_EQ(step.consumed, 0U);
  EXPECT_TRUE(step.frame_ends);
  EXPECT_TRUE(parser.between_frames());
}

TEST(FrameParser, TakesNoneOfThePayloadWithAHeader) {
  FrameParser parser;
  ExactBuffer first(hex("82"));
  EXPECT_EQ(parser.next(first.bytes()).event, Event::kNeedMore);
  ExactBuffer rest(hex("03 aa bb cc"));
  const FrameParser::Step step = parser.next(rest.bytes());
  EXPECT_EQ(step.event, Event::kHeader);
  EXPECT_EQ(step.consumed, 1U);
}

TEST(FrameParser, HandsOutPayloadThatMayBeChangedInPlace) {
  FrameParser parser;
  ExactBuffer octets(hex("81 85 37 fa 21 3d 7f 9f 4d 51 58"));
  const FrameParser::Step header = parser.next(octets.bytes());
  const FrameParser::Step payload = parser.next(octets.bytes().subspan(header.consumed));
  mask(payload.payload, *parser.header().masking_key, payload.payload_offset);
  EXPECT_EQ(octets.text().substr(6), "Hello");
}

TEST(FrameParser, KeepsTheHeaderUntilTheNext) {
  FrameParser parser;
  ExactBuffer octets(hex("81 01 61"));
  (void)parser.next(octets.bytes());
  (void)parser.next(octets.bytes().subspan(2));
  EXPECT_EQ(parser.header().opcode, opcode::kText);
  EXPECT_EQ(parser.header().payload_length, 1U);
}

TEST(FrameParser, IsSmall) {
  // One in each of 10,000 idle connections.
  EXPECT_LE(sizeof(FrameParser), 48U);
}

// Frames of every kind, cut at random; what is expected is written down while they are made.
TEST(FrameParser, ReadsRandomFramesAtRandomCuts) {
  std::mt19937 random(20240607);
  const auto below = [&random](std::size_t end) { return random() % end; };
  for (int round = 0; round < 300; ++round) {
    std::string octets;
    std::string expected;
    for (std::size_t frame = 0; frame < 1 + below(6); ++frame) {
      RawFrame raw;
      raw.header.fin = below(2) == 0;
      raw.header.rsv = static_cast<std::uint8_t>(below(8));
      raw.header.opcode = static_cast<std::uint8_t>(below(16));
      if (below(2) == 0) raw.header.masking_key = MaskingKey{1, 2, 3, 4};
      raw.payload.assign(below(3) == 0 ? below(400) : below(9), 'x');
      raw.header.payload_length = raw.payload.size();
      const std::string encoded = encode_frame(raw);
      octets += encoded;

      expected += opcode_name(raw.header.opcode);
      if (raw.header.fin) expected += " fin";
      if (raw.header.rsv != 0) expected += " rsv" + std::to_string(raw.header.rsv);
      expected += " " + std::to_string(raw.payload.size());
      if (raw.payload.size() > 125) expected += "/16";
      if (raw.header.masking_key) expected += " key 01 02 03 04";
      expected +=
          "\n  [" + to_hex(std::string_view(encoded).substr(header_size(raw.header))) + "]\n";
    }
    Log log;
    for (std::size_t at = 0; at < octets.size();) {
      const std::size_t size = std::min(octets.size() - at, below(20));
      ExactBuffer piece(std::string_view(octets).substr(at, size));
      log.feed(piece.bytes());
      at += size;
    }
    ASSERT_EQ(log.text(), expected) << "round " << round << ": " << to_hex(octets);
  }
}

TEST(FrameParser, ReadsAnyOctetsTheSameWayAtAnyCut) {
  std::mt19937 random(77);
  for (int round = 0; round < 200; ++round) {
    std::string octets(random() % 60, '\0');
    for (char& octet : octets) octet = static_cast<char>(random());
    Log whole;
    ExactBuffer buffer(octets);
    whole.feed(buffer.bytes());
    test::for_every_split(octets, [&whole](Pieces pieces) {
      Log log;
      for (ExactBuffer& piece : pieces) log.feed(piece.bytes());
      EXPECT_EQ(log.text(), whole.text());
      EXPECT_EQ(log.open_payload(), whole.open_payload());
      EXPECT_EQ(log.parser().between_frames(), whole.parser().between_frames());
    });
    if (HasFailure()) break;
  }
}

}  // namespace
}  // namespace wsproof
