// SPDX-License-Identifier: Apache-2.0
#include "fuzz/support/heap.h"

#include <algorithm>

#ifndef __has_feature
#define __has_feature(x) 0  // NOLINT(readability-identifier-naming): clang's name
#endif
#if (defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)) && \
    __has_include(<sanitizer/allocator_interface.h>)
#define WSPROOF_COUNTS_HEAP
#include <sanitizer/allocator_interface.h>
#endif

namespace wsproof::fuzz {
namespace {

std::size_t taken_octets = 0;
std::size_t held = 0;
std::size_t most_held = 0;

#ifdef WSPROOF_COUNTS_HEAP
void note_malloc(const volatile void* /*at*/, std::size_t size) {
  taken_octets += size;
  held += size;
  most_held = std::max(most_held, held);
}

void note_free(const volatile void* at) {
  // What was there before reset() is not in the count.
  const std::size_t size = __sanitizer_get_allocated_size(at);
  held -= std::min(held, size);
}

const int kHooks = __sanitizer_install_malloc_and_free_hooks(note_malloc, note_free);
#endif

}  // namespace

void Heap::reset() {
#ifdef WSPROOF_COUNTS_HEAP
  static_cast<void>(kHooks);
#endif
  taken_octets = held = most_held = 0;
}
std::size_t Heap::taken() { return taken_octets; }
std::size_t Heap::peak() { return most_held; }

}  // namespace wsproof::fuzz
