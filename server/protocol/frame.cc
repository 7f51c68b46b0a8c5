// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/frame.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

namespace wsproof {
namespace {

// §5.2: 0 to 125 are the length itself; 126 announces 16 bits, 127 announces 64.
constexpr std::uint64_t kMax7Bit = 125;
constexpr std::uint64_t kMax16Bit = 0xFFFF;

LengthForm form_to_send(const FrameHeader& header) {
  if (header.length_form != LengthForm::kShortest) return header.length_form;
  // §5.2: "the minimal number of bytes MUST be used to encode the length".
  if (header.payload_length <= kMax7Bit) return LengthForm::k7Bit;
  return header.payload_length <= kMax16Bit ? LengthForm::k16Bit : LengthForm::k64Bit;
}

constexpr std::size_t extended_size(LengthForm form) {
  return form == LengthForm::k64Bit ? 8 : form == LengthForm::k16Bit ? 2 : 0;
}

// "network byte order": the most significant octet first.
void store_big_endian(std::uint64_t value, MutableBytes out) {
  for (std::size_t at = out.size(); at > 0; --at, value >>= 8U) {
    out[at - 1] = static_cast<std::uint8_t>(value);
  }
}

}  // namespace

std::string opcode_name(std::uint8_t op) {
  switch (op) {
    case opcode::kContinuation:
      return "continuation";
    case opcode::kText:
      return "text";
    case opcode::kBinary:
      return "binary";
    case opcode::kClose:
      return "close";
    case opcode::kPing:
      return "ping";
    case opcode::kPong:
      return "pong";
    default:
      return "opcode " + std::to_string(op);
  }
}

std::size_t header_size(const FrameHeader& header) {
  return 2 + extended_size(form_to_send(header)) +
         (header.masking_key ? std::tuple_size_v<MaskingKey> : 0);
}

std::size_t encode_header(const FrameHeader& header, MutableBytes out) {
  assert(out.size() >= header_size(header));
  const LengthForm form = form_to_send(header);
  const std::uint8_t length7 = form == LengthForm::k64Bit   ? wire::kMarker64Bit
                               : form == LengthForm::k16Bit ? wire::kMarker16Bit
                                                            : header.payload_length & 0x7FU;
  out[0] = static_cast<std::uint8_t>((header.fin ? wire::kFinBit : 0U) | (header.rsv & 7U) << 4U |
                                     (header.opcode & 0xFU));
  out[1] = static_cast<std::uint8_t>((header.masking_key ? wire::kMaskBit : 0U) | length7);
  std::size_t size = 2 + extended_size(form);
  store_big_endian(header.payload_length, out.subspan(2, size - 2));
  if (header.masking_key) {
    std::memcpy(&out[size], header.masking_key->data(), header.masking_key->size());
    size += header.masking_key->size();
  }
  return size;
}

std::string encode_frame(const RawFrame& frame) {
  const std::size_t payload_at = header_size(frame.header);
  std::string octets(payload_at + frame.payload.size(), '\0');
  const MutableBytes out(reinterpret_cast<std::uint8_t*>(octets.data()), octets.size());
  encode_header(frame.header, out);
  const MutableBytes payload = out.subspan(payload_at);
  if (frame.header.masking_key) {
    mask_copy(payload, as_bytes(frame.payload), *frame.header.masking_key);
  } else {
    std::copy(frame.payload.begin(), frame.payload.end(), payload.begin());
  }
  return octets;
}

}  // namespace wsproof
