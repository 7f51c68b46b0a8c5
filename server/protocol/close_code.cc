// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/close_code.h"

namespace wsproof {
namespace {

constexpr bool is_between(std::uint16_t code, std::uint16_t first, std::uint16_t last) {
  return code >= first && code <= last;
}

// §7.4.2: 3000-3999 are for libraries, frameworks and applications, 4000-4999 for private use.
constexpr bool is_free(std::uint16_t code) { return is_between(code, 3000, 4999); }

}  // namespace

bool may_receive_close_code(std::uint16_t code) {
  // §7.4.1: 1004 is reserved; 1005, 1006 and 1015 "MUST NOT be set as a status code in a Close
  // control frame by an endpoint". 1012 to 1014 came later, by way of the registry (§11.7).
  return is_between(code, close_code::kNormal, close_code::kUnsupportedData) ||
         is_between(code, close_code::kInvalidPayload, close_code::kBadGateway) || is_free(code);
}

bool may_send_close_code(std::uint16_t code, bool from_server) {
  // §7.4.1: "this status code is not used by the server, because it can fail the WebSocket
  // handshake instead."
  if (code == close_code::kMandatoryExtension && from_server) return false;
  return may_receive_close_code(code);
}

std::string_view close_code_name(std::uint16_t code) {
  switch (code) {
    case close_code::kNormal:
      return "normal closure";
    case close_code::kGoingAway:
      return "going away";
    case close_code::kProtocolError:
      return "protocol error";
    case close_code::kUnsupportedData:
      return "unsupported data";
    case 1004:
      return "reserved";
    case close_code::kNoStatus:
      return "no status received";
    case close_code::kAbnormal:
      return "abnormal closure";
    case close_code::kInvalidPayload:
      return "invalid payload data";
    case close_code::kPolicyViolation:
      return "policy violation";
    case close_code::kMessageTooBig:
      return "message too big";
    case close_code::kMandatoryExtension:
      return "mandatory extension";
    case close_code::kInternalError:
      return "internal error";
    case close_code::kServiceRestart:
      return "service restart";
    case close_code::kTryAgainLater:
      return "try again later";
    case close_code::kBadGateway:
      return "bad gateway";
    case close_code::kTlsHandshake:
      return "TLS handshake";
    default:
      break;
  }
  if (is_between(code, 3000, 3999)) return "for libraries and applications";
  if (is_between(code, 4000, 4999)) return "for private use";
  return "not assigned";
}

}  // namespace wsproof
