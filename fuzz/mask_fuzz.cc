// SPDX-License-Identifier: Apache-2.0
// Masking by each kernel against the scalar reference. Option octets: the masking key. Data: one
// octet for the alignment and the offset, then the payload.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "fuzz/support/check.h"
#include "fuzz/support/input.h"
#include "fuzz/support/script.h"
#include "fuzz/support/target.h"
#include "server/protocol/kernel.h"
#include "server/protocol/mask.h"

namespace wsproof::fuzz {
namespace {

using Octets = std::vector<std::uint8_t>;

// Octets whose address is `alignment` behind that of a heap block, at the block's end.
class Placed {
 public:
  Placed(Bytes octets, std::size_t alignment) : block_(alignment + octets.size()), at_(alignment) {
    std::copy(octets.begin(), octets.end(), block_.begin() + static_cast<std::ptrdiff_t>(at_));
  }
  [[nodiscard]] MutableBytes bytes() { return MutableBytes(block_).subspan(at_); }
  [[nodiscard]] bool holds(const Octets& expected) {
    const MutableBytes now = bytes();
    return std::all_of(block_.begin(), block_.begin() + static_cast<std::ptrdiff_t>(at_),
                       [](std::uint8_t octet) { return octet == 0; }) &&
           std::equal(now.begin(), now.end(), expected.begin(), expected.end());
  }

 private:
  Octets block_;
  std::size_t at_;
};

}  // namespace

void run(Bytes octets) {
  const Input input(octets);
  const MaskingKey key{input.option(0), input.option(1), input.option(2), input.option(3)};
  Script script(input.data());
  const std::size_t shape = script.octet();
  const std::size_t alignment = shape % 64;
  const std::size_t offset = shape / 64;
  const Bytes payload = script.take(input.data().size());

  Octets masked(payload.begin(), payload.end());
  scalar::mask(masked, key, offset);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    check(masked[i] == (payload[i] ^ key.at((offset + i) % 4)), "the reference does as 5.3 says");
  }
  Octets from_start(payload.begin(), payload.end());
  scalar::mask(from_start, key);

  for (const Kernel& kernel : kernels()) {
    Placed in_place(payload, alignment);
    kernel.mask(in_place.bytes(), key);
    check(in_place.holds(from_start), "a kernel masks as the reference does");
    Placed target(Octets(payload.size()), alignment);
    kernel.mask_copy(target.bytes(), payload, key);
    check(target.holds(from_start), "a kernel copies as the reference does");

    check(force_kernel(kernel.name), "a kernel that is listed can be had");
    Placed with_offset(payload, alignment);
    mask(with_offset.bytes(), key, offset);
    check(with_offset.holds(masked), "an offset turns the key");
    mask(with_offset.bytes(), key, offset);
    check(with_offset.holds({payload.begin(), payload.end()}), "to mask twice is to do nothing");
    Octets copy(payload.size());
    mask_copy(copy, payload, key, offset);
    check(copy == masked, "an offset turns the key of a copy");

    Octets joined;
    input.cut(payload, [&](MutableBytes piece) {
      mask(piece, key, offset + joined.size());
      joined.insert(joined.end(), piece.begin(), piece.end());
    });
    check(joined == masked, "pieces are masked as the whole is");
  }
  check(force_kernel({}), "the fastest kernel can be had");
}

}  // namespace wsproof::fuzz
