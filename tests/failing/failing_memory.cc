// SPDX-License-Identifier: Apache-2.0
// Every way to allocate, in place of the C library's and of the C++ library's: zlib, OpenSSL, libuv
// and the kernel's resolver find these, too. What they hold is counted.
#include <dlfcn.h>
#include <malloc.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

#include "tests/failing/fail_point.h"

// What stands behind them: glibc's own, or AddressSanitizer's, which has put itself before these.
// NOLINTBEGIN(readability-identifier-naming): names of others.
#ifdef WSPROOF_ADDRESS_SANITIZER
#define WSPROOF_BEHIND(name) "__interceptor_" name
#else
#define WSPROOF_BEHIND(name) "__libc_" name
#endif
extern "C" {
void* plain_malloc(std::size_t size) __asm__(WSPROOF_BEHIND("malloc"));
void* plain_calloc(std::size_t count, std::size_t size) __asm__(WSPROOF_BEHIND("calloc"));
void* plain_realloc(void* block, std::size_t size) __asm__(WSPROOF_BEHIND("realloc"));
void plain_free(void* block) __asm__(WSPROOF_BEHIND("free"));
}
// NOLINTEND(readability-identifier-naming)

namespace wsproof::test {
namespace {

constinit std::atomic<std::int64_t> blocks = 0;
constinit std::atomic<std::int64_t> octets = 0;
// From when globals are made on: before, AddressSanitizer may be setting itself up, and cannot say
// how large a block is.
constinit bool counting = false;
[[maybe_unused]] const bool kCounts = counting = true;

const std::size_t kNew = add_fail_point("operator new", FailGroup::kMemory);
const std::size_t kMalloc = add_fail_point("malloc", FailGroup::kMemory);
const std::size_t kCalloc = add_fail_point("calloc", FailGroup::kMemory);
const std::size_t kRealloc = add_fail_point("realloc", FailGroup::kMemory);

void* held(void* block) {
  if (block != nullptr && counting) {
    blocks.fetch_add(1, std::memory_order_relaxed);
    octets.fetch_add(static_cast<std::int64_t>(::malloc_usable_size(block)),
                     std::memory_order_relaxed);
  }
  return block;
}

void let_go(void* block) {
  if (block == nullptr || !counting) return;
  blocks.fetch_sub(1, std::memory_order_relaxed);
  octets.fetch_sub(static_cast<std::int64_t>(::malloc_usable_size(block)),
                   std::memory_order_relaxed);
}

/// libuv's table of descriptors grows by this, and where it cannot, libuv itself ends the program
/// by abort(): nothing of ours comes before that.
bool is_of_libuv(const void* caller) {
  Dl_info info{};
  return ::dladdr(caller, &info) != 0 && info.dli_fname != nullptr &&
         std::strstr(info.dli_fname, "/libuv.so") != nullptr;
}

void* no_memory() {
  errno = ENOMEM;
  return nullptr;
}

void* new_block(std::size_t size) { return fails(kNew) ? nullptr : held(plain_malloc(size)); }

}  // namespace

HeldMemory held_memory() { return {blocks.load(), octets.load()}; }

}  // namespace wsproof::test

extern "C" {

void* malloc(std::size_t size) {
  using namespace wsproof::test;  // NOLINT(google-build-using-namespace)
  return fails(kMalloc) ? no_memory() : held(plain_malloc(size));
}

void* calloc(std::size_t nmemb, std::size_t size) {
  using namespace wsproof::test;  // NOLINT(google-build-using-namespace)
  return fails(kCalloc) ? no_memory() : held(plain_calloc(nmemb, size));
}

void* realloc(void* ptr, std::size_t size) {
  using namespace wsproof::test;  // NOLINT(google-build-using-namespace)
  if (!is_of_libuv(__builtin_return_address(0)) && fails(kRealloc)) return no_memory();
  let_go(ptr);
  void* const moved = plain_realloc(ptr, size);
  if (moved == nullptr && size > 0) {
    held(ptr);  // as it was
    return nullptr;
  }
  return held(moved);
}

void free(void* ptr) {
  wsproof::test::let_go(ptr);
  plain_free(ptr);
}

}  // extern "C"

void* operator new(std::size_t size) {
  void* const block = wsproof::test::new_block(size);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}
void* operator new[](std::size_t size) { return ::operator new(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return wsproof::test::new_block(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return wsproof::test::new_block(size);
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t) noexcept { std::free(block); }
void operator delete(void* block, const std::nothrow_t&) noexcept { std::free(block); }
void operator delete[](void* block, const std::nothrow_t&) noexcept { std::free(block); }
