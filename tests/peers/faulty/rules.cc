// SPDX-License-Identifier: Apache-2.0
#include "tests/peers/faulty/rules.h"

#include "tests/peers/faulty/utf8.h"

namespace wsproof::faulty {
namespace {

bool opcode_is_reserved(std::uint8_t opcode) {
  return (opcode >= 3 && opcode <= 7) || opcode >= 11;
}

bool opcode_is_accepted(std::uint8_t opcode, const Faults& faults) {
  if (opcode >= 11) {
    return faults.on(Fault::kSkipsReservedControl) || faults.on(Fault::kAnswersReservedControl);
  }
  return faults.on(Fault::kSkipsReservedData) || faults.on(Fault::kEchoesReservedData);
}

std::uint8_t unexpected_bits(const FrameHeader& header, bool compression, const Faults& faults) {
  std::uint8_t known = 0;
  // RFC 7692 6: RSV1 belongs to the first frame of a message.
  if (compression && (header.opcode == kText || header.opcode == kBinary)) known |= kRsv1;
  if (faults.on(Fault::kAcceptsRsv1)) known |= kRsv1;
  if (faults.on(Fault::kAcceptsRsv2)) known |= kRsv2;
  if (faults.on(Fault::kAcceptsRsv3)) known |= kRsv3;
  if (faults.on(Fault::kAcceptsRsv2AndRsv3)) known |= kRsv2 | kRsv3;
  const bool looked_at = header.is_control()
                             ? !faults.on(Fault::kAcceptsRsvInControl)
                             : header.opcode != kBinary || !faults.on(Fault::kAcceptsRsvInBinary);
  return looked_at ? header.rsv & static_cast<std::uint8_t>(~known) : 0;
}

bool fragment_is_accepted(std::uint8_t opcode, const Faults& faults) {
  return (opcode == kPing && faults.on(Fault::kAcceptsFragmentedPing)) ||
         (opcode == kPong && faults.on(Fault::kAcceptsFragmentedPong));
}

bool length_is_accepted(std::uint8_t opcode, const Faults& faults) {
  if (opcode == kClose) return faults.on(Fault::kAcceptsLongClose);
  return opcode == kPing && (faults.on(Fault::kAcceptsLongPing) || faults.on(Fault::kCutsLongPing));
}

/// RFC 6455 7.4: which codes a frame may carry.
bool code_is_valid(std::uint16_t code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

bool code_is_accepted(std::uint16_t code, const Faults& faults) {
  if (code_is_valid(code)) return code < 3000 || !faults.on(Fault::kRefusesClose3000);
  if (faults.on(Fault::kAnswersBadCloseWith1000)) return true;
  switch (code) {
    case 0:
      return faults.on(Fault::kAcceptsClose0);
    case 999:
      return faults.on(Fault::kAcceptsClose999);
    case 1004:
      return faults.on(Fault::kAcceptsClose1004);
    case 1005:
      return faults.on(Fault::kAcceptsClose1005);
    case 1006:
      return faults.on(Fault::kAcceptsClose1006);
    case 1015:
      return faults.on(Fault::kAcceptsClose1015);
    default:
      break;
  }
  if (code > 4999) return faults.on(Fault::kAcceptsClose5000);
  return code > 1015 && faults.on(Fault::kAcceptsCloseUnassigned);
}

}  // namespace

std::optional<std::uint16_t> find_violation(const FrameHeader& header, Role role, bool compression,
                                            const Faults& faults) {
  if (unexpected_bits(header, compression, faults) != 0) return kProtocolError;
  if (opcode_is_reserved(header.opcode) && !opcode_is_accepted(header.opcode, faults)) {
    return kProtocolError;
  }
  if (header.is_control() && !header.fin && !fragment_is_accepted(header.opcode, faults)) {
    return kProtocolError;
  }
  if (header.is_control() && header.length > 125 && !length_is_accepted(header.opcode, faults)) {
    return kProtocolError;
  }
  if (role == Role::kServer && !header.key && !faults.on(Fault::kAcceptsUnmasked)) {
    return kProtocolError;
  }
  if (role == Role::kClient && header.key && !faults.on(Fault::kAcceptsMasked)) {
    return kProtocolError;
  }
  if (header.longer_form && !faults.on(Fault::kAcceptsLongLengthForms)) return kProtocolError;
  if (header.length >> 63U != 0 && !faults.on(Fault::kAcceptsLengthTopBit)) return kProtocolError;
  const bool negative = header.length > 32767 && header.length < 65536;
  if (negative && faults.on(Fault::kLength16Signed)) return kTooBig;
  return std::nullopt;
}

std::uint16_t close_code(std::string_view body) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(body[0]) << 8U |
                                    static_cast<unsigned char>(body[1]));
}

std::optional<std::uint16_t> find_close_violation(std::string_view body, const Faults& faults) {
  if (body.empty()) return std::nullopt;
  if (body.size() == 1) {
    if (faults.on(Fault::kAcceptsOneOctetClose)) return std::nullopt;
    return kProtocolError;
  }
  if (!code_is_accepted(close_code(body), faults)) return kProtocolError;
  TextCheck reason(faults);
  if (faults.on(Fault::kAcceptsBadReason)) return std::nullopt;
  if (!reason.push(body.substr(2)) || !reason.complete()) return kInvalidPayload;
  return std::nullopt;
}

}  // namespace wsproof::faulty
