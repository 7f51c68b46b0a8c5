// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "server/protocol/bytes.h"
#include "server/protocol/mask_words.h"

namespace wsproof {

/// One way to do the work that touches every octet. All of them give the same results, take any
/// size and any alignment, and read and write nothing outside of what they are given. They differ
/// in the instructions that they use, and so in speed.
struct Kernel {
  /// "scalar" (the reference, one octet at a time), "words" (eight at a time, on any processor), or
  /// the instruction set as Highway names it: "AVX2", "NEON", ...
  std::string_view name;
  /// XORs with the key, which begins at key[0].
  void (*mask)(MutableBytes data, MaskingKey key);
  /// The same from `source` to `target`, which has the same size and does not overlap.
  void (*mask_copy)(MutableBytes target, Bytes source, MaskingKey key);
  /// The length of a piece of the text's beginning that is valid UTF-8 and ends between two code
  /// points. What follows is either not valid or the last, short and open end: whoever wants to
  /// know looks at it octet by octet.
  std::size_t (*skip_valid_utf8)(Bytes text);
};

/// The kernels that this processor can run: the reference first, the fastest last.
[[nodiscard]] std::span<const Kernel> kernels();

/// Makes mask() and the UTF-8 validation use the kernel of this name from now on, in all threads;
/// an empty name stands for the fastest. False, and nothing changes, where there is none. For tests
/// and benchmarks: the fastest is in use from the start.
bool force_kernel(std::string_view name);

namespace detail {
extern std::atomic<const Kernel*> kernel_in_use;
}  // namespace detail

/// The kernel in use.
[[nodiscard]] inline const Kernel& kernel() {
  return *detail::kernel_in_use.load(std::memory_order_relaxed);
}

}  // namespace wsproof
