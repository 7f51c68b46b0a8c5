// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/close_body.h"

#include <algorithm>
#include <cassert>

#include "server/protocol/utf8.h"

namespace wsproof {

tl::expected<CloseBody, Error> parse_close_body(Bytes payload) {
  if (payload.empty()) return CloseBody{};
  // §5.5.1: "If there is a body, the first two bytes of the body MUST be a 2-byte unsigned
  // integer".
  if (payload.size() == 1) return tl::unexpected(Error::kCloseBodyOneOctet);
  const auto code = static_cast<std::uint16_t>(payload[0] << 8U | payload[1]);
  if (!may_receive_close_code(code)) return tl::unexpected(Error::kCloseCodeInvalid);
  // §5.5.1: "the body MAY contain UTF-8-encoded data".
  const Bytes reason = payload.subspan(2);
  if (find_invalid_utf8(reason)) return tl::unexpected(Error::kCloseReasonNotUtf8);
  return CloseBody{code, as_text(reason)};
}

Bytes encode_close_body(const CloseBody& body, std::array<std::uint8_t, kMaxControlPayload>& out) {
  assert(body.reason.size() <= kMaxCloseReason);
  if (body.code == close_code::kNoStatus) return {};
  out[0] = static_cast<std::uint8_t>(body.code >> 8U);
  out[1] = static_cast<std::uint8_t>(body.code & 0xffU);
  const Bytes reason = as_bytes(body.reason);
  std::copy(reason.begin(), reason.end(), out.begin() + 2);
  return Bytes(out).first(2 + reason.size());
}

}  // namespace wsproof
