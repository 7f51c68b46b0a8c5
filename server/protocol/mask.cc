// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/mask.h"

#include <bit>
#include <cassert>
#include <cstring>

namespace wsproof {
namespace {

// The key from `offset` on, twice over, such that its octets in memory are in the order of the
// wire.
std::uint64_t key_word(MaskingKey key, std::size_t offset) {
  static_assert(std::endian::native == std::endian::little ||
                std::endian::native == std::endian::big);
  std::uint32_t word = 0;
  std::memcpy(&word, key.data(), sizeof word);
  const int bits = static_cast<int>(offset % 4) * 8;
  word = std::endian::native == std::endian::little ? std::rotr(word, bits) : std::rotl(word, bits);
  return std::uint64_t{word} << 32U | word;
}

template <typename Word>
inline void mask_word(std::uint8_t* target, const std::uint8_t* source, Word key) {
  Word word;
  std::memcpy(&word, source, sizeof word);
  word ^= key;
  std::memcpy(target, &word, sizeof word);
}

// memcpy takes care of alignment: a load and a store wherever the processor can. Inlined into both
// callers, so that for the one in place the compiler knows the two pointers to be the same.
[[gnu::always_inline]] inline void apply(std::uint8_t* target, const std::uint8_t* source,
                                         std::size_t size, MaskingKey key, std::size_t offset) {
  const std::uint64_t word = key_word(key, offset);
  std::size_t at = 0;
  for (; size - at >= 8; at += 8) mask_word(target + at, source + at, word);
  // A multiple of 8 is behind us, then of 4: the key stands where it stood at the start.
  const auto half = static_cast<std::uint32_t>(word);
  if (size - at >= 4) {
    mask_word(target + at, source + at, half);
    at += 4;
  }
  std::array<std::uint8_t, 4> rest{};
  std::memcpy(rest.data(), &half, sizeof half);
  for (std::size_t tail = 0; at < size; ++at, ++tail) {
    target[at] = static_cast<std::uint8_t>(source[at] ^ rest[tail]);
  }
}

}  // namespace

void mask(MutableBytes data, MaskingKey key, std::size_t offset) {
  apply(data.data(), data.data(), data.size(), key, offset);
}

void mask_copy(MutableBytes target, Bytes source, MaskingKey key, std::size_t offset) {
  assert(target.size() == source.size());
  apply(target.data(), source.data(), source.size(), key, offset);
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
