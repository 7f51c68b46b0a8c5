// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tl/expected.hpp>

#include "server/protocol/bytes.h"
#include "server/protocol/close_code.h"
#include "server/protocol/error.h"

namespace wsproof {

/// §5.5: no control frame carries more.
inline constexpr std::size_t kMaxControlPayload = 125;
/// What the code leaves of it for the reason of a Close (§5.5.1).
inline constexpr std::size_t kMaxCloseReason = kMaxControlPayload - 2;

/// What a Close frame says (RFC 6455 5.5.1). The reason lies in the payload that was parsed.
struct CloseBody {
  std::uint16_t code = close_code::kNoStatus;  ///< 1005: the body was empty
  std::string_view reason;
};

/// Every check of §5.5.1 and §7.4 on a Close frame's payload, already unmasked.
[[nodiscard]] tl::expected<CloseBody, Error> parse_close_body(Bytes payload);

/// Writes the body of a Close frame to `out` and returns the part that it fills; code 1005 gives an
/// empty body. The reason has at most kMaxCloseReason octets.
[[nodiscard]] Bytes encode_close_body(const CloseBody& body,
                                      std::array<std::uint8_t, kMaxControlPayload>& out);

}  // namespace wsproof
