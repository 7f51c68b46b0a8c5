// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/kernel.h"

#include <algorithm>
#include <vector>

#include "server/protocol/kernel_simd.h"
#include "server/protocol/mask.h"
#include "server/protocol/utf8_words.h"

namespace wsproof {
namespace {

void scalar_mask(MutableBytes data, MaskingKey key) { scalar::mask(data, key); }

void scalar_mask_copy(MutableBytes target, Bytes source, MaskingKey key) {
  std::copy(source.begin(), source.end(), target.begin());
  scalar::mask(target, key);
}

// Nothing is skipped: all of the text is left to be looked at octet by octet.
std::size_t scalar_skip_valid_utf8(Bytes) { return 0; }

void words_mask(MutableBytes data, MaskingKey key) {
  words::mask(data.data(), data.data(), data.size(), words::key_word(key));
}

void words_mask_copy(MutableBytes target, Bytes source, MaskingKey key) {
  words::mask(target.data(), source.data(), source.size(), words::key_word(key));
}

std::size_t words_skip_valid_utf8(Bytes text) {
  return words::skip_valid_utf8(text.data(), text.size());
}

constexpr Kernel kScalar{"scalar", scalar_mask, scalar_mask_copy, scalar_skip_valid_utf8};
constexpr Kernel kWords{"words", words_mask, words_mask_copy, words_skip_valid_utf8};

std::vector<Kernel> runnable() {
  std::vector<Kernel> all{kScalar, kWords};
  simd::add_kernels(all);
  return all;
}

// Chosen before main(). What masks earlier still, from another file's initialisation, gets "words".
[[maybe_unused]] const bool kChosen = force_kernel({});

}  // namespace

namespace detail {
constinit std::atomic<const Kernel*> kernel_in_use = &kWords;
}  // namespace detail

std::span<const Kernel> kernels() {
  static const std::vector<Kernel> all = runnable();
  return all;
}

bool force_kernel(std::string_view name) {
  const std::span<const Kernel> all = kernels();
  const auto found =
      name.empty() ? all.end() - 1 : std::find_if(all.begin(), all.end(), [name](const Kernel& k) {
        return k.name == name;
      });
  if (found == all.end()) return false;
  detail::kernel_in_use.store(&*found, std::memory_order_relaxed);
  return true;
}

}  // namespace wsproof
