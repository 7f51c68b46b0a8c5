// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "server/protocol/bytes.h"
#include "server/protocol/kernel.h"
#include "server/protocol/mask_words.h"

namespace wsproof {

/// XORs `data` in place with the key, the first octet with key[offset % 4]. Masking and unmasking
/// are the same operation (§5.3). `offset` is the position of data[0] within its frame's payload.
inline void mask(MutableBytes data, MaskingKey key, std::size_t offset = 0) {
  const std::uint32_t word = words::rotate(words::key_word(key), offset);
  // A few octets are done sooner than anything is called.
  if (data.size() <= words::kMaxShort) {
    return words::mask_short(data.data(), data.data(), data.size(), word);
  }
  kernel().mask(data, std::bit_cast<MaskingKey>(word));
}

/// The same, from `source` to `target`, which has the same size and does not overlap.
inline void mask_copy(MutableBytes target, Bytes source, MaskingKey key, std::size_t offset = 0) {
  assert(target.size() == source.size());
  const std::uint32_t word = words::rotate(words::key_word(key), offset);
  if (source.size() <= words::kMaxShort) {
    return words::mask_short(target.data(), source.data(), source.size(), word);
  }
  kernel().mask_copy(target, source, std::bit_cast<MaskingKey>(word));
}

namespace scalar {
/// One octet at a time, as §5.3 writes it. The reference for every faster way.
void mask(MutableBytes data, MaskingKey key, std::size_t offset = 0);
}  // namespace scalar

}  // namespace wsproof
