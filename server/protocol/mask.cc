// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/mask.h"

#include <cassert>

#include "server/protocol/kernel.h"
#include "server/protocol/mask_words.h"

namespace wsproof {
namespace {

std::uint32_t key_at(MaskingKey key, std::size_t offset) {
  return words::rotate(words::key_word(key), offset);
}

}  // namespace

// A few octets are done sooner than a kernel is called.
void mask(MutableBytes data, MaskingKey key, std::size_t offset) {
  const std::uint32_t word = key_at(key, offset);
  if (data.size() <= words::kMaxShort) {
    return words::mask_short(data.data(), data.data(), data.size(), word);
  }
  kernel().mask(data, std::bit_cast<MaskingKey>(word));
}

void mask_copy(MutableBytes target, Bytes source, MaskingKey key, std::size_t offset) {
  assert(target.size() == source.size());
  const std::uint32_t word = key_at(key, offset);
  if (source.size() <= words::kMaxShort) {
    return words::mask_short(target.data(), source.data(), source.size(), word);
  }
  kernel().mask_copy(target, source, std::bit_cast<MaskingKey>(word));
}

namespace scalar {

void mask(MutableBytes data, MaskingKey key, std::size_t offset) {
  for (std::size_t at = 0; at < data.size(); ++at) {
    // §5.3: "transformed-octet-i = original-octet-i XOR masking-key-octet-j", j = i MOD 4.
    data[at] = static_cast<std::uint8_t>(data[at] ^ key[(offset + at) % 4]);
  }
}

}  // namespace scalar

}  // namespace wsproof
