// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "server/protocol/bytes.h"

namespace wsproof {

/// The four octets of RFC 6455 5.3, in the order of the wire.
using MaskingKey = std::array<std::uint8_t, 4>;

/// XORs `data` in place with the key, the first octet with key[offset % 4]. Masking and unmasking
/// are the same operation (§5.3). `offset` is the position of data[0] within its frame's payload.
void mask(MutableBytes data, MaskingKey key, std::size_t offset = 0);

/// The same, from `source` to `target`, which has the same size and does not overlap.
void mask_copy(MutableBytes target, Bytes source, MaskingKey key, std::size_t offset = 0);

namespace scalar {
/// One octet at a time, as §5.3 writes it. The reference for every faster way.
void mask(MutableBytes data, MaskingKey key, std::size_t offset = 0);
}  // namespace scalar

}  // namespace wsproof
