// SPDX-License-Identifier: Apache-2.0
#include "fuzz/support/naive_frames.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace wsproof::fuzz {
namespace {

/// A stream as the bits that it is made of, most significant first.
class Bits {
 public:
  explicit Bits(Bytes stream) : stream_(stream) {}

  [[nodiscard]] bool at_end() const { return at_ / 8 >= stream_.size(); }

  /// The next `count` bits as a number; nothing where the stream ends before.
  std::optional<std::uint64_t> take(unsigned count) {
    if (stream_.size() * 8 - at_ < count) return std::nullopt;
    std::uint64_t number = 0;
    for (unsigned i = 0; i < count; ++i, ++at_) {
      const unsigned octet = stream_[at_ / 8];
      number = number * 2 + (octet >> (7 - at_ % 8)) % 2;
    }
    return number;
  }

 private:
  Bytes stream_;
  std::size_t at_ = 0;
};

std::optional<FrameHeader> take_header(Bits& bits) {
  FrameHeader header;
  const auto fin = bits.take(1);
  const auto rsv = bits.take(3);
  const auto op = bits.take(4);
  const auto masked = bits.take(1);
  auto length = bits.take(7);
  if (!length) return std::nullopt;
  header.fin = *fin == 1;
  header.rsv = static_cast<std::uint8_t>(*rsv);
  header.opcode = static_cast<std::uint8_t>(*op);
  header.length_form = LengthForm::k7Bit;
  if (*length == 126) {
    header.length_form = LengthForm::k16Bit;
    length = bits.take(16);
  } else if (*length == 127) {
    header.length_form = LengthForm::k64Bit;
    length = bits.take(64);
  }
  if (!length) return std::nullopt;
  header.payload_length = *length;
  if (*masked == 1) {
    const auto key = bits.take(32);
    if (!key) return std::nullopt;
    header.masking_key = MaskingKey{};
    for (unsigned i = 0; i < 4; ++i) {
      header.masking_key->at(i) = static_cast<std::uint8_t>(*key >> (24 - 8 * i) & 0xFFU);
    }
  }
  return header;
}

}  // namespace

std::vector<SeenFrame> read_frames_naively(Bytes stream) {
  std::vector<SeenFrame> frames;
  Bits bits(stream);
  while (!bits.at_end()) {
    const auto header = take_header(bits);
    if (!header) break;
    SeenFrame frame{*header, {}, false};
    while (frame.payload.size() < header->payload_length && !bits.at_end()) {
      auto octet = static_cast<std::uint8_t>(*bits.take(8));
      if (header->masking_key) octet ^= header->masking_key->at(frame.payload.size() % 4);
      frame.payload.push_back(octet);
    }
    frame.whole = frame.payload.size() == header->payload_length;
    frames.push_back(frame);
  }
  return frames;
}

bool is_legal_naively(const std::vector<SeenFrame>& frames, std::size_t index, bool from_client,
                      bool deflate) {
  bool fragmented = false;  // a message is under way
  for (std::size_t i = 0; i <= index; ++i) {
    const FrameHeader& header = frames[i].header;
    const std::uint64_t length = header.payload_length;
    const bool continuation = header.opcode == 0;
    const bool begins = header.opcode == 1 || header.opcode == 2;
    const bool control = header.opcode >= 8 && header.opcode <= 10;
    if (!continuation && !begins && !control) return false;
    if (header.rsv != 0 && !(header.rsv == 4 && deflate && begins)) return false;
    if (header.masking_key.has_value() != from_client) return false;
    if (control && (!header.fin || length > 125)) return false;
    if (continuation && !fragmented) return false;
    if (begins && fragmented) return false;
    if (header.length_form == LengthForm::k16Bit && length < 126) return false;
    if (header.length_form == LengthForm::k64Bit && length < 65'536) return false;
    if (length >= std::uint64_t{1} << 63U) return false;
    if (!control) fragmented = !header.fin;
  }
  return true;
}

}  // namespace wsproof::fuzz
