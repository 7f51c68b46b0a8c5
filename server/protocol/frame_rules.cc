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

std::optional<Error> FrameRules::check(const FrameHeader& header) const {
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

void FrameRules::advance(const FrameHeader& header) {
  if (header.opcode <= opcode::kBinary) in_message_ = !header.fin;
}

}  // namespace wsproof
