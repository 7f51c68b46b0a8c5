// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "tests/peers/faulty/faults.h"
#include "tests/peers/faulty/frames.h"

namespace wsproof::faulty {

/// RFC 6455 7.4.1, as far as this endpoint has a use for them.
inline constexpr std::uint16_t kNormal = 1000, kProtocolError = 1002, kInvalidPayload = 1007,
                               kTooBig = 1009;

/// What a frame's header breaks of RFC 6455 section 5: the close code that belongs to it.
[[nodiscard]] std::optional<std::uint16_t> find_violation(const FrameHeader& header, Role role,
                                                          bool compression, const Faults& faults);

/// Whether the body of a Close is as RFC 6455 5.5.1 and 7.4 ask; otherwise the close code for that.
[[nodiscard]] std::optional<std::uint16_t> find_close_violation(std::string_view body,
                                                                const Faults& faults);

/// The code in a Close body of two octets or more.
[[nodiscard]] std::uint16_t close_code(std::string_view body);

}  // namespace wsproof::faulty
