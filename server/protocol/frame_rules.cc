// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/frame_rules.h"

#include <array>
#include <cstddef>

namespace wsproof {
namespace {

// §5.5: "All control frames MUST have a payload length of 125 bytes or less".
constexpr std::uint64_t kMaxControlPayload = 125;
constexpr std::uint64_t kTopBit = std::uint64_t{1} << 63U;

constexpr bool is_defined(std::uint8_t op) {
  return op <= opcode::kBinary || (op >= opcode::kClose && op <= opcode::kPong);
}

constexpr bool begins_message(std::uint8_t op) {
  return op == opcode::kText || op == opcode::kBinary;
}

// §5.2: "the minimal number of bytes MUST be used to encode the length".
constexpr bool is_minimal(const FrameHeader& header) {
  switch (header.length_form) {
    case LengthForm::k16Bit:
      return header.payload_length > 125;
    case LengthForm::k64Bit:
      return header.payload_length > 0xFFFF;
    case LengthForm::kShortest:
    case LengthForm::k7Bit:
      break;
  }
  return true;
}

// The rules once more for is_legal(), as tables. One bit for each opcode that may come, without FIN
// in the lower half and with FIN in the upper; control frames come with FIN alone.
constexpr std::uint32_t kControls = 0x0700'0000;
constexpr std::uint32_t kOutsideMessage = kControls | 0x0006'0006;  // text, binary
constexpr std::uint32_t kInsideMessage = kControls | 0x0001'0001;   // continuation
// By LengthForm: the lengths from which it is needed.
constexpr std::array<std::uint64_t, 4> kFormNeededFrom = {0, 0, 126, 0x10000};

}  // namespace

// Each rule once, in the order in which the octets of a header show that it is broken. `note` is
// called with each violation.
template <typename Note>
void FrameRules::judge(const FrameHeader& header, Note note) const {
  const std::uint8_t op = header.opcode;

  // §5.2: "MUST be 0 unless an extension is negotiated that defines meanings for non-zero values."
  std::uint8_t undefined = header.rsv;
  if (permessage_deflate_ && (header.rsv & rsv::k1) != 0) {
    // RFC 7692 6.1: "An endpoint MUST NOT set the "Per-Message Compressed" bit of control frames
    // and non-first fragments of a data message." RSV1 is that bit.
    if (is_control(op)) note(Error::kCompressedControl);
    if (op == opcode::kContinuation) note(Error::kCompressedContinuation);
    undefined &= rsv::k2 | rsv::k3;
  }
  if (undefined != 0) note(Error::kReservedBit);

  if (!is_defined(op)) note(Error::kReservedOpcode);
  // §5.5: control frames "MUST NOT be fragmented."
  if (is_control(op) && !header.fin) note(Error::kFragmentedControl);
  // §5.4: a fragmented message is one frame with an opcode, then continuation frames, with nothing
  // but control frames in between.
  if (op == opcode::kContinuation && !in_message_) note(Error::kUnexpectedContinuation);
  if (begins_message(op) && in_message_) note(Error::kExpectedContinuation);

  // §5.1: "a client MUST mask all frames that it sends"; "A server MUST NOT mask any frames".
  const bool from_client = sender_ == Role::kClient;
  if (from_client && !header.masking_key) note(Error::kFrameNotMasked);
  if (!from_client && header.masking_key) note(Error::kFrameMasked);

  if (is_control(op) && header.payload_length > kMaxControlPayload) note(Error::kLongControl);
  if (!is_minimal(header)) note(Error::kLengthNotMinimal);
  // §5.2: "the most significant bit MUST be 0".
  if ((header.payload_length & kTopBit) != 0) note(Error::kLengthTopBit);
}

bool FrameRules::is_legal(const FrameHeader& header) const {
  const unsigned begins = begins_message(header.opcode) ? 1U : 0U;
  const unsigned control = header.opcode >> 3U & 1U;
  const unsigned first_octet = (header.fin ? 0x10U : 0U) | (header.opcode & 0xFU);
  const unsigned may_come = (in_message_ ? kInsideMessage : kOutsideMessage) >> first_octet & 1U;
  const unsigned may_be_set = (permessage_deflate_ ? begins : 0U) * rsv::k1;
  const bool masked = header.masking_key.has_value();
  const std::uint64_t length = header.payload_length;
  const auto form = static_cast<std::size_t>(header.length_form);
  const unsigned wrong = (may_come ^ 1U) | (header.rsv & ~may_be_set) |
                         (masked != (sender_ == Role::kClient) ? 1U : 0U) |
                         (control & (length > kMaxControlPayload ? 1U : 0U)) |
                         (length < kFormNeededFrom[form] ? 1U : 0U) |
                         static_cast<unsigned>(length >> 63U);
  return wrong == 0;
}

std::optional<Error> FrameRules::check(const FrameHeader& header) const {
  if (is_legal(header)) [[likely]]
    return std::nullopt;
  return first_violation(header);
}

std::optional<Error> FrameRules::first_violation(const FrameHeader& header) const {
  std::optional<Error> first;
  judge(header, [&first](Error error) {
    if (!first) first = error;
  });
  return first;
}

std::vector<Error> FrameRules::check_all(const FrameHeader& header) const {
  std::vector<Error> all;
  judge(header, [&all](Error error) { all.push_back(error); });
  return all;
}

}  // namespace wsproof
