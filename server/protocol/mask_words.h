// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace wsproof {

/// The four octets of RFC 6455 5.3, in the order of the wire.
using MaskingKey = std::array<std::uint8_t, 4>;

}  // namespace wsproof

/// Masking eight octets at a time, as every processor can; what mask() does for short data. Here
/// memcpy is how a word is loaded and stored wherever it lies.
namespace wsproof::words {

/// The key as its four octets lie in memory.
inline std::uint32_t key_word(MaskingKey key) { return std::bit_cast<std::uint32_t>(key); }

/// The key as it stands `octets` further on.
inline std::uint32_t rotate(std::uint32_t key, std::size_t octets) {
  static_assert(std::endian::native == std::endian::little ||
                std::endian::native == std::endian::big);
  const int bits = static_cast<int>(octets % 4) * 8;
  return std::endian::native == std::endian::little ? std::rotr(key, bits) : std::rotl(key, bits);
}

inline std::uint64_t twice(std::uint32_t key) { return std::uint64_t{key} << 32U | key; }

template <typename Word>
inline Word load(const std::uint8_t* from) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

template <typename Word>
inline void store(std::uint8_t* to, Word word) {
  std::memcpy(to, &word, sizeof word);
}

/// A size of one to two `Block`s: the first and the last block, which may overlap. Both are loaded
/// before either is stored, for `target` and `source` may be one.
template <typename Block>
inline void mask_both_ends(std::uint8_t* target, const std::uint8_t* source, std::size_t size,
                           std::uint32_t key) {
  const std::size_t last = size - sizeof(Block);
  Block head = load<Block>(source);
  Block tail = load<Block>(source + last);
  head.mask(twice(key));
  tail.mask(twice(rotate(key, last)));
  store(target, head);
  store(target + last, tail);
}

template <std::size_t kWords>
struct Block {
  std::uint64_t words[kWords];
  void mask(std::uint64_t key) {
    for (std::uint64_t& word : words) word ^= key;
  }
};

struct HalfWord {
  std::uint32_t word;
  void mask(std::uint64_t key) { word ^= static_cast<std::uint32_t>(key); }
};

inline constexpr std::size_t kMaxShort = 64;

/// Masks up to kMaxShort octets. `target` and `source` are one, or do not overlap.
inline void mask_short(std::uint8_t* target, const std::uint8_t* source, std::size_t size,
                       std::uint32_t key) {
  if (size > 16) {
    if (size <= 32) return mask_both_ends<Block<2>>(target, source, size, key);
    return mask_both_ends<Block<4>>(target, source, size, key);
  }
  if (size >= 8) return mask_both_ends<Block<1>>(target, source, size, key);
  if (size >= 4) return mask_both_ends<HalfWord>(target, source, size, key);
  for (std::size_t at = 0; at < size; ++at) {
    target[at] = static_cast<std::uint8_t>(source[at] ^ std::bit_cast<MaskingKey>(key)[at]);
  }
}

/// Masks any number of octets.
inline void mask(std::uint8_t* target, const std::uint8_t* source, std::size_t size,
                 std::uint32_t key) {
  while (size > kMaxShort) {
    Block<4> block = load<Block<4>>(source);
    block.mask(twice(key));
    store(target, block);
    // A multiple of four: the key stands where it stood.
    target += sizeof block;
    source += sizeof block;
    size -= sizeof block;
  }
  mask_short(target, source, size, key);
}

}  // namespace wsproof::words
