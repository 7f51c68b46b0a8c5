// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <tuple>

#include "server/protocol/bytes.h"
#include "server/protocol/mask.h"

namespace wsproof {

/// RFC 6455 5.2. Any 4-bit number can stand on the wire, so headers carry the number itself.
namespace opcode {
inline constexpr std::uint8_t kContinuation = 0x0;
inline constexpr std::uint8_t kText = 0x1;
inline constexpr std::uint8_t kBinary = 0x2;
inline constexpr std::uint8_t kClose = 0x8;
inline constexpr std::uint8_t kPing = 0x9;
inline constexpr std::uint8_t kPong = 0xA;
}  // namespace opcode

/// §5.5: control frames are those whose opcode has its top bit set.
[[nodiscard]] constexpr bool is_control(std::uint8_t op) { return (op & 0x8) != 0; }
/// "text", "ping", ... or "opcode 11" for a reserved one.
[[nodiscard]] std::string opcode_name(std::uint8_t op);

/// How the payload length stands on the wire (§5.2). kShortest is for encoding only.
enum class LengthForm : std::uint8_t { kShortest, k7Bit, k16Bit, k64Bit };

/// The first two octets of a header: bits, and the lengths that announce a longer form (§5.2).
namespace wire {
inline constexpr std::uint8_t kFinBit = 0x80;
inline constexpr std::uint8_t kMaskBit = 0x80;
inline constexpr std::uint8_t kMarker16Bit = 126;
inline constexpr std::uint8_t kMarker64Bit = 127;
}  // namespace wire

namespace rsv {
inline constexpr std::uint8_t k1 = 4;
inline constexpr std::uint8_t k2 = 2;
inline constexpr std::uint8_t k3 = 1;
}  // namespace rsv

/// A frame's header as it stands on the wire, legal or not.
struct FrameHeader {
  bool fin = true;
  std::uint8_t rsv = 0;  ///< bits of namespace rsv
  std::uint8_t opcode = opcode::kText;
  std::optional<MaskingKey> masking_key;  ///< present exactly when the MASK bit is set
  std::uint64_t payload_length = 0;
  LengthForm length_form = LengthForm::kShortest;  ///< as received, or as to be sent

  bool operator==(const FrameHeader&) const = default;
};

/// 2 + 8 + 4: no header is longer (§5.2).
inline constexpr std::size_t kMaxHeaderSize = 14;

/// Octets that encode_header() will write.
[[nodiscard]] std::size_t header_size(const FrameHeader& header);

/// Writes the header to `out`, which holds at least header_size(header) octets; returns how many it
/// wrote. A forced length form that is too small for the length keeps its low bits: a conformance
/// tool must be able to lie.
std::size_t encode_header(const FrameHeader& header, MutableBytes out);

/// Reads the header at the start of `in`, whatever it says; returns how many octets it takes, or 0
/// where `in` ends before it does; `header` is untouched then. Inline: it runs for every frame.
[[nodiscard]] inline std::size_t decode_header(Bytes in, FrameHeader& header) {
  if (in.size() < 2) return 0;
  const std::uint8_t* at = in.data();
  const std::uint8_t first = at[0];
  const std::uint8_t length7 = at[1] & 0x7FU;
  const bool masked = (at[1] & wire::kMaskBit) != 0;
  const std::size_t key_size = masked ? std::tuple_size_v<MaskingKey> : 0;
  const std::size_t extended = length7 < wire::kMarker16Bit    ? 0
                               : length7 == wire::kMarker16Bit ? 2
                                                               : 8;
  const std::size_t size = 2 + extended + key_size;
  if (in.size() < size) return 0;
  at += 2;
  std::uint64_t length = length7;
  if (extended != 0) {
    // "network byte order": the most significant octet first.
    length = 0;
    for (const std::uint8_t octet : Bytes(at, extended)) length = length << 8U | octet;
    at += extended;
  }
  header.fin = (first & wire::kFinBit) != 0;
  header.rsv = first >> 4U & 7U;
  header.opcode = first & 0xFU;
  header.payload_length = length;
  header.length_form = extended == 0   ? LengthForm::k7Bit
                       : extended == 2 ? LengthForm::k16Bit
                                       : LengthForm::k64Bit;
  if (masked) {
    MaskingKey key;
    std::memcpy(key.data(), at, key.size());
    header.masking_key = key;
  } else {
    header.masking_key.reset();
  }
  return size;
}

/// A frame to be sent exactly as it is described, illegal ones included.
struct RawFrame {
  FrameHeader header;   ///< its payload_length is what the wire says
  std::string payload;  ///< what follows it, before masking; may be of another length
};

/// The octets of the frame; the payload is masked where the header has a key.
[[nodiscard]] std::string encode_frame(const RawFrame& frame);

}  // namespace wsproof
