// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace wsproof {

/// Close codes by their names in RFC 6455 7.4.1 and the IANA registry. Any 16-bit number can stand
/// on the wire, so functions take std::uint16_t.
namespace close_code {
inline constexpr std::uint16_t kNormal = 1000;
inline constexpr std::uint16_t kGoingAway = 1001;
inline constexpr std::uint16_t kProtocolError = 1002;
inline constexpr std::uint16_t kUnsupportedData = 1003;
inline constexpr std::uint16_t kNoStatus = 1005;  ///< never on the wire: the Close had no body
inline constexpr std::uint16_t kAbnormal = 1006;  ///< never on the wire: there was no Close
inline constexpr std::uint16_t kInvalidPayload = 1007;
inline constexpr std::uint16_t kPolicyViolation = 1008;
inline constexpr std::uint16_t kMessageTooBig = 1009;
inline constexpr std::uint16_t kMandatoryExtension = 1010;
inline constexpr std::uint16_t kInternalError = 1011;
inline constexpr std::uint16_t kServiceRestart = 1012;
inline constexpr std::uint16_t kTryAgainLater = 1013;
inline constexpr std::uint16_t kBadGateway = 1014;
inline constexpr std::uint16_t kTlsHandshake = 1015;  ///< never on the wire
}  // namespace close_code

/// Whether an endpoint of this role may put the code into a Close frame. §7.4.1: 1010 is the
/// client's alone; 1004, 1005, 1006 and 1015 are never on the wire; §7.4.2: 3000-4999 are free.
[[nodiscard]] bool may_send_close_code(std::uint16_t code, bool from_server);

/// Whether a received code is acceptable. Wider than what may be sent only in 1010 from a server.
/// Codes that nobody has registered (1016-2999) are refused: decision of this project.
[[nodiscard]] bool may_receive_close_code(std::uint16_t code);

/// What a code means, in words for people: "protocol error"; "not assigned" for any other number.
[[nodiscard]] std::string_view close_code_name(std::uint16_t code);

}  // namespace wsproof
