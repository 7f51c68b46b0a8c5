// SPDX-License-Identifier: Apache-2.0
#include "bench/load/payload.h"

#include <algorithm>
#include <array>

#include "server/protocol/frame.h"
#include "server/protocol/random.h"

namespace wsproof::load {
namespace {

using Digits = std::array<std::uint8_t, Payload::kStampSize>;

Digits digits_of(Stamp stamp) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  Digits out{};
  std::uint64_t number = std::uint64_t{stamp.sender} << 32U | stamp.number;
  for (std::size_t place = out.size(); place-- > 0;) {
    out[place] = static_cast<std::uint8_t>(kDigits[number & 0xFU]);
    number >>= 4U;
  }
  return out;
}

std::optional<Stamp> stamp_of(Bytes digits) {
  std::uint64_t number = 0;
  for (const std::uint8_t digit : digits) {
    unsigned value = 0;
    if (digit >= '0' && digit <= '9') {
      value = digit - unsigned{'0'};
    } else if (digit >= 'a' && digit <= 'f') {
      value = digit - unsigned{'a'} + 10;
    } else {
      return std::nullopt;
    }
    number = number << 4U | value;
  }
  return Stamp{static_cast<std::uint16_t>(number >> 32U), static_cast<std::uint32_t>(number)};
}

/// So many octets, whole code points only.
std::string filler(Content content, std::size_t size) {
  std::string out;
  out.reserve(size);
  if (content == Content::kBinary) {
    for (std::size_t i = 0; i < size; ++i) out += static_cast<char>((i * 131 + 17) % 256);
    return out;
  }
  constexpr std::string_view kAscii = "The quick brown fox jumps over the lazy dog. ";
  constexpr std::string_view kMixed =
      "na\xc3\xafve \xce\xba\xcf\x8c\xcf\x83\xce\xbc\xce\xb5 \xe2\x82\xac \xe6\x97\xa5\xe6\x9c\xac "
      "\xf0\x9f\x98\x80 ";
  const std::string_view phrase = content == Content::kText ? kAscii : kMixed;
  while (out.size() + phrase.size() <= size) out += phrase;
  if (content == Content::kText) {
    out += phrase.substr(0, size - out.size());
  } else {
    out.append(size - out.size(), '.');
  }
  return out;
}

}  // namespace

Payload::Payload(Content content, std::size_t size)
    : content_(content), plain_(size >= kStampSize ? kStampSize : 0, '0') {
  plain_ += filler(content, size - plain_.size());
  secure_random().fill(key_);
  RawFrame frame;
  frame.header.opcode = content == Content::kBinary ? opcode::kBinary : opcode::kText;
  frame.header.payload_length = size;
  frame.header.masking_key = key_;
  frame.payload = plain_;
  frame_ = encode_frame(frame);
  header_ = frame_.size() - size;
}

Bytes Payload::message(Stamp stamp) {
  if (stamped()) std::ranges::copy(digits_of(stamp), plain_.begin());
  return as_bytes(plain_);
}

Bytes Payload::frame(Stamp stamp) {
  if (stamped()) {
    Digits digits = digits_of(stamp);
    for (std::size_t i = 0; i < digits.size(); ++i) {
      frame_[header_ + i] = static_cast<char>(digits[i] ^ key_[i % key_.size()]);
    }
  }
  return as_bytes(frame_);
}

std::optional<Stamp> Payload::read(MessageKind kind, Bytes message) const {
  if (kind != this->kind() || message.size() != size()) return std::nullopt;
  const std::size_t from = stamped() ? kStampSize : 0;
  const std::string_view rest = as_text(message).substr(from);
  if (rest != std::string_view(plain_).substr(from)) return std::nullopt;
  return stamped() ? stamp_of(message.first(kStampSize)) : Stamp{};
}

}  // namespace wsproof::load
