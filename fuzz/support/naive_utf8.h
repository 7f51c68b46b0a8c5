// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>

#include "server/protocol/bytes.h"

namespace wsproof::fuzz {

/// What find_invalid_utf8() says, worked out from the code points that RFC 3629 allows: an octet is
/// bad where no allowed code point begins with the octets up to it.
[[nodiscard]] std::optional<std::size_t> find_invalid_utf8_naively(Bytes text);

}  // namespace wsproof::fuzz
