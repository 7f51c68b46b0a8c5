// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/error.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>

#include "server/protocol/close_code.h"

namespace wsproof {
namespace {

struct Entry {
  Error error;
  ErrorInfo info;
};

// Where a Close frame can no longer be sent, or not yet.
constexpr std::uint16_t kNoClose = 0;

// In the order of the enum. Limits of this endpoint's own that are not about size lead to 1008
// (§7.4.1: a code for when nothing more suitable is there); a ping without an answer leads to 1011,
// which is what endpoints in use send.
constexpr std::array kEntries{
    Entry{Error::kReservedBit,
          {"reserved-bit", "A reserved bit is set that no extension has given a meaning",
           "RFC 6455 5.2", close_code::kProtocolError}},
    Entry{Error::kReservedOpcode,
          {"reserved-opcode", "The opcode is reserved: 3 to 7 or 11 to 15", "RFC 6455 5.2",
           close_code::kProtocolError}},
    Entry{Error::kFragmentedControl,
          {"fragmented-control", "A control frame is fragmented: its FIN bit is not set",
           "RFC 6455 5.5", close_code::kProtocolError}},
    Entry{Error::kLongControl,
          {"long-control", "A control frame has a payload of more than 125 octets", "RFC 6455 5.5",
           close_code::kProtocolError}},
    Entry{Error::kLengthNotMinimal,
          {"length-not-minimal", "The payload length is in a longer form than it needs",
           "RFC 6455 5.2", close_code::kProtocolError}},
    Entry{Error::kLengthTopBit,
          {"length-top-bit", "The most significant bit of a 64-bit payload length is set",
           "RFC 6455 5.2", close_code::kProtocolError}},
    Entry{Error::kFrameNotMasked,
          {"frame-not-masked", "A frame from a client is not masked", "RFC 6455 5.1",
           close_code::kProtocolError}},
    Entry{Error::kFrameMasked,
          {"frame-masked", "A frame from a server is masked", "RFC 6455 5.1",
           close_code::kProtocolError}},
    Entry{Error::kUnexpectedContinuation,
          {"unexpected-continuation", "A continuation frame has no message to continue",
           "RFC 6455 5.4", close_code::kProtocolError}},
    Entry{Error::kExpectedContinuation,
          {"expected-continuation", "A new message begins inside a fragmented one", "RFC 6455 5.4",
           close_code::kProtocolError}},
    Entry{Error::kInvalidUtf8,
          {"invalid-utf8", "A text message is not valid UTF-8", "RFC 6455 8.1",
           close_code::kInvalidPayload}},
    Entry{Error::kMessageTooBig,
          {"message-too-big", "A message is larger than the limit", "RFC 6455 10.4",
           close_code::kMessageTooBig}},
    Entry{Error::kFrameTooBig,
          {"frame-too-big", "A frame is larger than the limit", "RFC 6455 10.4",
           close_code::kMessageTooBig}},
    Entry{Error::kTooManyFragments,
          {"too-many-fragments", "A message has more fragments than the limit", "RFC 6455 10.4",
           close_code::kPolicyViolation}},
    Entry{Error::kTooManyControls,
          {"too-many-controls", "More control frames inside one message than the limit",
           "RFC 6455 10.4", close_code::kPolicyViolation}},
    Entry{Error::kCloseBodyOneOctet,
          {"close-body-one-octet", "A Close frame has a body of one octet, too short for a code",
           "RFC 6455 5.5.1", close_code::kProtocolError}},
    Entry{Error::kCloseCodeInvalid,
          {"close-code-invalid", "A Close frame carries a code that must not be sent",
           "RFC 6455 7.4", close_code::kProtocolError}},
    Entry{Error::kCloseReasonNotUtf8,
          {"close-reason-not-utf8", "The reason in a Close frame is not valid UTF-8",
           "RFC 6455 5.5.1", close_code::kInvalidPayload}},
    Entry{
        Error::kDataAfterClose,
        {"data-after-close", "A frame was sent after the Close frame", "RFC 6455 5.5.1", kNoClose}},
    Entry{Error::kClosedWithoutClose,
          {"closed-without-close", "TCP ended without a Close frame", "RFC 6455 7.1.5", kNoClose}},
    Entry{Error::kCloseTimeout,
          {"close-timeout", "The closing handshake was not finished within the deadline",
           "RFC 6455 7.1.1", kNoClose}},
    Entry{Error::kPongTimeout,
          {"pong-timeout", "A ping was not answered within the deadline", "RFC 6455 5.5.2",
           close_code::kInternalError}},
    Entry{Error::kCompressedControl,
          {"compressed-control", "A control frame has RSV1, the mark of compression, set",
           "RFC 7692 6.1", close_code::kProtocolError}},
    Entry{Error::kCompressedContinuation,
          {"compressed-continuation",
           "A continuation frame has RSV1, which only the first frame of a message may set",
           "RFC 7692 6.1", close_code::kProtocolError}},
    Entry{Error::kInflateFailed,
          {"inflate-failed", "A compressed payload is not DEFLATE data, or ends inside a block",
           "RFC 7692 7.2.2", close_code::kInvalidPayload}},
    Entry{Error::kHeadMalformed,
          {"head-malformed", "The head is not of HTTP/1.1", "RFC 9112 2.1", kNoClose}},
    Entry{Error::kTargetMalformed,
          {"target-malformed", "The request-target is neither a path nor an http URI",
           "RFC 6455 4.2.1", kNoClose}},
    Entry{Error::kHeadTooLong,
          {"head-too-long", "The head is longer than the limit", "RFC 9112 3", kNoClose}},
    Entry{Error::kRequestLineTooLong,
          {"request-line-too-long", "The request line is longer than the limit", "RFC 9112 3",
           kNoClose}},
    Entry{Error::kFieldTooLong,
          {"field-too-long", "A field line is longer than the limit", "RFC 9110 5.4", kNoClose}},
    Entry{Error::kTooManyFields,
          {"too-many-fields", "The head has more field lines than the limit", "RFC 9110 5.4",
           kNoClose}},
    Entry{Error::kHandshakeTimeout,
          {"handshake-timeout", "The opening handshake was not complete within the deadline",
           "RFC 6455 4.1", kNoClose}},
    Entry{Error::kMethodNotGet,
          {"method-not-get", "The method of the opening handshake is not GET", "RFC 6455 4.2.1",
           kNoClose}},
    Entry{
        Error::kHttpVersionTooLow,
        {"http-version-too-low", "The HTTP version is lower than 1.1", "RFC 6455 4.2.1", kNoClose}},
    Entry{Error::kHttpVersionUnsupported,
          {"http-version-unsupported", "The major version of HTTP is not 1", "RFC 9110 2.5",
           kNoClose}},
    Entry{Error::kBodyInHandshake,
          {"body-in-handshake", "The opening handshake announces a body", "RFC 6455 4.2.1",
           kNoClose}},
    Entry{Error::kHostMissing,
          {"host-missing", "There is not exactly one Host field", "RFC 6455 4.2.1", kNoClose}},
    Entry{Error::kHostMalformed,
          {"host-malformed", "The Host field is not a host with an optional port", "RFC 9112 3.2",
           kNoClose}},
    Entry{Error::kUpgradeMissing,
          {"upgrade-missing", "The Upgrade field does not name websocket", "RFC 6455 4.2.1",
           kNoClose}},
    Entry{Error::kConnectionMissing,
          {"connection-missing", "The Connection field does not name Upgrade", "RFC 6455 4.2.1",
           kNoClose}},
    Entry{Error::kKeyMissing,
          {"key-missing", "There is no Sec-WebSocket-Key field", "RFC 6455 4.2.1", kNoClose}},
    Entry{Error::kKeyRepeated,
          {"key-repeated", "There is more than one Sec-WebSocket-Key field", "RFC 6455 11.3.1",
           kNoClose}},
    Entry{Error::kKeyMalformed,
          {"key-malformed", "The Sec-WebSocket-Key is not the base64 form of 16 octets",
           "RFC 6455 4.2.1", kNoClose}},
    Entry{
        Error::kVersionMissing,
        {"version-missing", "There is no Sec-WebSocket-Version field", "RFC 6455 4.2.1", kNoClose}},
    Entry{Error::kVersionMalformed,
          {"version-malformed", "The Sec-WebSocket-Version is not exactly one number from 0 to 255",
           "RFC 6455 4.3", kNoClose}},
    Entry{
        Error::kVersionUnsupported,
        {"version-unsupported", "The Sec-WebSocket-Version is not 13", "RFC 6455 4.2.2", kNoClose}},
    Entry{Error::kOriginRefused,
          {"origin-refused", "The Origin is not one that this server accepts", "RFC 6455 4.2.2",
           kNoClose}},
    Entry{Error::kSubprotocolMalformed,
          {"subprotocol-malformed",
           "The Sec-WebSocket-Protocol field is not a list of distinct tokens", "RFC 6455 11.3.4",
           kNoClose}},
    Entry{Error::kExtensionMalformed,
          {"extension-malformed", "The Sec-WebSocket-Extensions field breaks its grammar",
           "RFC 6455 9.1", kNoClose}},
    Entry{Error::kStatusNot101,
          {"status-not-101", "The status of the answer is not 101", "RFC 6455 4.1", kNoClose}},
    Entry{Error::kAcceptMissing,
          {"accept-missing", "There is not exactly one Sec-WebSocket-Accept field", "RFC 6455 4.1",
           kNoClose}},
    Entry{Error::kAcceptWrong,
          {"accept-wrong", "The Sec-WebSocket-Accept does not belong to the key that was sent",
           "RFC 6455 4.1", kNoClose}},
    Entry{Error::kSubprotocolNotOffered,
          {"subprotocol-not-offered", "The server chose a subprotocol that was not offered",
           "RFC 6455 4.1", kNoClose}},
    Entry{Error::kExtensionNotOffered,
          {"extension-not-offered", "The server uses an extension that was not offered",
           "RFC 6455 4.1", kNoClose}},
    Entry{Error::kExtensionRepeated,
          {"extension-repeated", "The server accepted the same extension twice", "RFC 7692 5",
           kNoClose}},
    Entry{Error::kExtensionParameterBad,
          {"extension-parameter-bad",
           "A parameter of permessage-deflate is unknown, repeated, out of range or not offered",
           "RFC 7692 7.1", kNoClose}},
    Entry{Error::kClosedInHandshake,
          {"closed-in-handshake", "TCP ended before the opening handshake was complete",
           "RFC 6455 4.1", kNoClose}},
};

constexpr bool in_order_of_the_enum() {
  for (std::size_t at = 0; at < kEntries.size(); ++at) {
    if (static_cast<std::size_t>(kEntries[at].error) != at) return false;
  }
  return true;
}
static_assert(kEntries.size() == kErrorCount, "an Error has no entry, or an entry no Error");
static_assert(in_order_of_the_enum(), "entries stand in the order of the enum");

}  // namespace

const ErrorInfo& info(Error error) {
  const auto at = static_cast<std::size_t>(error);
  assert(at < kEntries.size());
  return kEntries[at].info;
}

std::optional<Error> error_by_name(std::string_view name) {
  const auto* const found = std::find_if(kEntries.begin(), kEntries.end(),
                                         [name](const Entry& e) { return e.info.name == name; });
  if (found == kEntries.end()) return std::nullopt;
  return found->error;
}

}  // namespace wsproof
