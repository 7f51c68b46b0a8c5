// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace wsproof {

/// Everything that a peer can do wrong, as the protocol core sees it. Closed on purpose: each value
/// has a sentence for people, the section of the RFC that it breaks, and the close code that it
/// leads to (none where the connection is not open yet). Our own misuse never appears here.
enum class Error : std::uint8_t {
  // Frames, RFC 6455 section 5.
  kReservedBit,             ///< a reserved bit that no extension negotiated (5.2)
  kReservedOpcode,          ///< opcode 3-7 or 11-15 (5.2)
  kFragmentedControl,       ///< control frame without FIN (5.5)
  kLongControl,             ///< control frame of more than 125 octets (5.5)
  kLengthNotMinimal,        ///< length in a longer form than needed (5.2)
  kLengthTopBit,            ///< 64-bit length with the most significant bit set (5.2)
  kFrameNotMasked,          ///< from a client, not masked (5.1)
  kFrameMasked,             ///< from a server, masked (5.1)
  kUnexpectedContinuation,  ///< continuation with nothing to continue (5.4)
  kExpectedContinuation,    ///< new data frame inside a fragmented message (5.4)
  // Messages.
  kInvalidUtf8,       ///< text that is not UTF-8 (8.1)
  kMessageTooBig,     ///< message over the limit (7.4.1, 10.4)
  kFrameTooBig,       ///< frame over the limit (10.4)
  kTooManyFragments,  ///< message in more fragments than the limit allows (10.4)
  kTooManyControls,   ///< more control frames between two data frames than the limit allows (10.4)
  // Closing.
  kCloseBodyOneOctet,   ///< close body of one octet (5.5.1)
  kCloseCodeInvalid,    ///< code that must not be on the wire (7.4)
  kCloseReasonNotUtf8,  ///< close reason that is not UTF-8 (5.5.1)
  kDataAfterClose,      ///< any frame after a Close frame (5.5.1)
  kClosedWithoutClose,  ///< TCP ended with no Close frame (7.1.5)
  kCloseTimeout,        ///< no Close, or no end of TCP, within the deadline (7.1.1)
  kPongTimeout,         ///< ping not answered within the deadline (5.5.2)
  // Compression, RFC 7692.
  kCompressedControl,       ///< RSV1 on a control frame (RFC 7692, 6.1)
  kCompressedContinuation,  ///< RSV1 on a continuation frame (RFC 7692, 6.1)
  kInflateFailed,  ///< payload that is not DEFLATE, or ends inside a block (RFC 7692, 7.2.2)
  // HTTP heads and the opening handshake, RFC 6455 section 4.
  kHeadMalformed,       ///< not an HTTP/1.1 head (RFC 9112)
  kTargetMalformed,     ///< request-target that is no path and no http URI (4.2.1; RFC 9112 3.2)
  kHeadTooLong,         ///< head over its limit
  kRequestLineTooLong,  ///< request line over its limit
  kFieldTooLong,        ///< field line over its limit
  kTooManyFields,       ///< more field lines than the limit
  kHandshakeTimeout,    ///< head not complete within the deadline
  kMethodNotGet,        ///< 4.2.1
  kHttpVersionTooLow,   ///< 4.2.1: at least HTTP/1.1
  kHttpVersionUnsupported,  ///< a major version of HTTP other than 1 (RFC 9110 2.5)
  kBodyInHandshake,         ///< request that announces a body
  kHostMissing,             ///< 4.2.1: exactly one Host
  kHostMalformed,           ///< not host and port (RFC 9112 3.2)
  kUpgradeMissing,          ///< 4.2.1, 4.1: Upgrade with websocket
  kConnectionMissing,       ///< 4.2.1, 4.1: Connection with Upgrade
  kKeyMissing,              ///< 4.2.1: no Sec-WebSocket-Key
  kKeyRepeated,             ///< 4.2.1: more than one
  kKeyMalformed,            ///< 4.2.1: not base64 of 16 octets
  kVersionMissing,          ///< 4.2.1
  kVersionMalformed,        ///< 4.3, 11.3.5: not exactly one number from 0 to 255
  kVersionUnsupported,      ///< 4.2.2: answered with 426 and the version that is spoken
  kOriginRefused,           ///< 4.2.2: answered with 403
  kSubprotocolMalformed,    ///< 4.2.1, 11.3.4
  kExtensionMalformed,      ///< 9.1
  kStatusNot101,            ///< 4.1
  kAcceptMissing,           ///< 4.1
  kAcceptWrong,             ///< 4.1
  kSubprotocolNotOffered,   ///< 4.1
  kExtensionNotOffered,     ///< 4.1
  kExtensionRepeated,       ///< the same extension accepted twice (RFC 7692 5)
  kExtensionParameterBad,   ///< RFC 7692, 7.1
  kClosedInHandshake,       ///< TCP ended before the handshake was complete
};

/// How many values the enum has; they count up from 0.
inline constexpr std::size_t kErrorCount = static_cast<std::size_t>(Error::kClosedInHandshake) + 1;

struct ErrorInfo {
  std::string_view name;      ///< stable, for reports: "reserved-bit"
  std::string_view sentence;  ///< for people, without a full stop at its end
  std::string_view section;   ///< "RFC 6455 5.2"
  std::uint16_t close_code;   ///< what a strict endpoint sends; 0 where no Close can be sent
};

/// What is known about an error. Total: every value of the enum has an entry.
[[nodiscard]] const ErrorInfo& info(Error error);

/// The error of this name, as reports and case files write it.
[[nodiscard]] std::optional<Error> error_by_name(std::string_view name);

}  // namespace wsproof
