// SPDX-License-Identifier: Apache-2.0
// The kernels of each instruction set. Highway compiles this file once for each of them.
#undef HWY_TARGET_INCLUDE
// The name is Highway's. NOLINTNEXTLINE(readability-identifier-naming)
#define HWY_TARGET_INCLUDE "server/protocol/kernel_simd.cc"
#include <hwy/foreach_target.h>
// Highway wants its other headers behind that one.
#include <hwy/highway.h>

#include <cstddef>
#include <cstdint>

#include "server/protocol/kernel_simd.h"
#include "server/protocol/mask_words.h"
#include "server/protocol/utf8_words.h"

HWY_BEFORE_NAMESPACE();
namespace wsproof::simd::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// --- masking ------------------------------------------------------------------------------------

using Octets = hn::ScalableTag<std::uint8_t>;

HWY_INLINE auto key_vector(std::uint32_t key) {
  const hn::RepartitionToWide<hn::RepartitionToWide<Octets>> wide;
  return hn::BitCast(Octets(), hn::Set(wide, key));
}

// The first and the last vector are done apart, wherever they lie, and what is between them in
// vectors that are aligned in the target. These overlap the ends: all of the source that an end
// covers is loaded before anything is stored there, and stored twice it is the same both times.
HWY_INLINE void apply(std::uint8_t* target, const std::uint8_t* source, std::size_t size,
                      std::uint32_t key) {
  const Octets d;
  const std::size_t lanes = hn::Lanes(d);
  if (size <= words::kMaxShort || size < lanes) return words::mask(target, source, size, key);

  const std::size_t last = size - lanes;
  if (size <= 2 * lanes) {
    const auto first = hn::Xor(hn::LoadU(d, source), key_vector(key));
    const auto second = hn::Xor(hn::LoadU(d, source + last), key_vector(words::rotate(key, last)));
    hn::StoreU(first, d, target);
    hn::StoreU(second, d, target + last);
    return;
  }
  if (size <= 4 * lanes) {
    // A whole number of keys fits a vector.
    const auto behind = key_vector(words::rotate(key, last));
    const auto first = hn::Xor(hn::LoadU(d, source), key_vector(key));
    const auto second = hn::Xor(hn::LoadU(d, source + lanes), key_vector(key));
    const auto third = hn::Xor(hn::LoadU(d, source + last - lanes), behind);
    const auto fourth = hn::Xor(hn::LoadU(d, source + last), behind);
    hn::StoreU(first, d, target);
    hn::StoreU(second, d, target + lanes);
    hn::StoreU(third, d, target + last - lanes);
    hn::StoreU(fourth, d, target + last);
    return;
  }
  const auto head = hn::Xor(hn::LoadU(d, source), key_vector(key));
  const auto tail = hn::Xor(hn::LoadU(d, source + last), key_vector(words::rotate(key, last)));
  std::size_t at = lanes - reinterpret_cast<std::uintptr_t>(target) % lanes;
  const auto inner = key_vector(words::rotate(key, at));
  for (; at + 4 * lanes <= size; at += 4 * lanes) {
    const auto a = hn::Xor(hn::LoadU(d, source + at), inner);
    const auto b = hn::Xor(hn::LoadU(d, source + at + lanes), inner);
    const auto c = hn::Xor(hn::LoadU(d, source + at + 2 * lanes), inner);
    const auto e = hn::Xor(hn::LoadU(d, source + at + 3 * lanes), inner);
    hn::Store(a, d, target + at);
    hn::Store(b, d, target + at + lanes);
    hn::Store(c, d, target + at + 2 * lanes);
    hn::Store(e, d, target + at + 3 * lanes);
  }
  for (; at + lanes <= size; at += lanes) {
    hn::Store(hn::Xor(hn::LoadU(d, source + at), inner), d, target + at);
  }
  hn::StoreU(head, d, target);
  hn::StoreU(tail, d, target + last);
}

void mask(MutableBytes data, MaskingKey key) {
  apply(data.data(), data.data(), data.size(), words::key_word(key));
}

void mask_copy(MutableBytes target, Bytes source, MaskingKey key) {
  apply(target.data(), source.data(), source.size(), words::key_word(key));
}

// --- UTF-8 --------------------------------------------------------------------------------------

// Keiser and Lemire, "Validating UTF-8 In Less Than One Instruction Per Byte" (2021): each pair of
// neighbouring octets is looked up by three of its four halves, each half says which faults it may
// be part of, and what all three say is one.
namespace fault {
constexpr std::uint8_t kMissing = 0x01;    // a continuation is due, another octet is there
constexpr std::uint8_t kUnasked = 0x02;    // a continuation behind ASCII
constexpr std::uint8_t kOverlong3 = 0x04;  // E0, then below A0
constexpr std::uint8_t kAboveF490 = 0x08;  // F4 and up, then 90 or above
constexpr std::uint8_t kSurrogate = 0x10;  // ED, then A0 or above
constexpr std::uint8_t kOverlong2 = 0x20;  // C0, C1
constexpr std::uint8_t kOverlong4 = 0x40;  // F0, then below 90; or F5 and up, then below 90
constexpr std::uint8_t kTwoInARow = 0x80;  // two continuations: wanted in the third place or later
// What the low half of the first octet has no say in.
constexpr std::uint8_t kAnyLow = kMissing | kUnasked | kTwoInARow;
}  // namespace fault

alignas(16) constexpr std::uint8_t kFirstHigh[16] = {
    // 0 to 7: ASCII
    fault::kUnasked, fault::kUnasked, fault::kUnasked, fault::kUnasked,  //
    fault::kUnasked, fault::kUnasked, fault::kUnasked, fault::kUnasked,
    // 8 to B: continuations
    fault::kTwoInARow, fault::kTwoInARow, fault::kTwoInARow, fault::kTwoInARow,
    // C, D, E, F: beginnings of two, two, three and four
    fault::kMissing | fault::kOverlong2,                      //
    fault::kMissing,                                          //
    fault::kMissing | fault::kOverlong3 | fault::kSurrogate,  //
    fault::kMissing | fault::kAboveF490 | fault::kOverlong4};

alignas(16) constexpr std::uint8_t kFirstLow[16] = {
    fault::kAnyLow | fault::kOverlong2 | fault::kOverlong3 | fault::kOverlong4,  // C0, E0, F0
    fault::kAnyLow | fault::kOverlong2,                                          // C1
    fault::kAnyLow,
    fault::kAnyLow,
    fault::kAnyLow | fault::kAboveF490,                      // F4
    fault::kAnyLow | fault::kAboveF490 | fault::kOverlong4,  // F5 and up are never right
    fault::kAnyLow | fault::kAboveF490 | fault::kOverlong4,
    fault::kAnyLow | fault::kAboveF490 | fault::kOverlong4,
    fault::kAnyLow | fault::kAboveF490 | fault::kOverlong4,
    fault::kAnyLow | fault::kAboveF490 | fault::kOverlong4,
    fault::kAnyLow | fault::kAboveF490 | fault::kOverlong4,
    fault::kAnyLow | fault::kAboveF490 | fault::kOverlong4,
    fault::kAnyLow | fault::kAboveF490 | fault::kOverlong4,
    fault::kAnyLow | fault::kAboveF490 | fault::kOverlong4 | fault::kSurrogate,  // ED
    fault::kAnyLow | fault::kAboveF490 | fault::kOverlong4,
    fault::kAnyLow | fault::kAboveF490 | fault::kOverlong4};

constexpr std::uint8_t kAnyContinuation = fault::kUnasked | fault::kOverlong2 | fault::kTwoInARow;

alignas(16) constexpr std::uint8_t kSecondHigh[16] = {
    // 0 to 7: ASCII
    fault::kMissing, fault::kMissing, fault::kMissing, fault::kMissing,  //
    fault::kMissing, fault::kMissing, fault::kMissing, fault::kMissing,
    // 8, 9, A, B: continuations
    kAnyContinuation | fault::kOverlong3 | fault::kOverlong4,  //
    kAnyContinuation | fault::kOverlong3 | fault::kAboveF490,  //
    kAnyContinuation | fault::kSurrogate | fault::kAboveF490,  //
    kAnyContinuation | fault::kSurrogate | fault::kAboveF490,
    // C to F: beginnings
    fault::kMissing, fault::kMissing, fault::kMissing, fault::kMissing};

// Not zero in some lane where an octet at `at` to `at` + Lanes(d) does not fit what precedes it.
// Three octets before `at` are read.
template <class D>
HWY_INLINE hn::Vec<D> faults(D d, const std::uint8_t* at) {
  const auto octet = hn::LoadU(d, at);
  const auto one_before = hn::LoadU(d, at - 1);
  const auto low = hn::Set(d, 0x0F);
  const auto pair = hn::And(
      hn::And(hn::TableLookupBytes(hn::LoadDup128(d, kFirstHigh), hn::ShiftRight<4>(one_before)),
              hn::TableLookupBytes(hn::LoadDup128(d, kFirstLow), hn::And(one_before, low))),
      hn::TableLookupBytes(hn::LoadDup128(d, kSecondHigh), hn::ShiftRight<4>(octet)));
  // A third octet is due two behind E0 and up, a fourth three behind F0 and up: the top bit of what
  // remains says so, and there two continuations in a row are right, and nothing else is.
  const auto third = hn::SaturatedSub(hn::LoadU(d, at - 2), hn::Set(d, 0xE0 - 0x80));
  const auto fourth = hn::SaturatedSub(hn::LoadU(d, at - 3), hn::Set(d, 0xF0 - 0x80));
  return hn::Xor(pair, hn::And(hn::Or(third, fourth), hn::Set(d, fault::kTwoInARow)));
}

template <class D>
HWY_INLINE bool is_zero(D d, hn::Vec<D> vector) {
  return hn::AllTrue(d, hn::Eq(vector, hn::Zero(d)));
}

template <class D>
HWY_INLINE bool is_ascii(D, hn::Vec<D> vector) {
  const hn::RebindToSigned<D> is;
  return hn::AllFalse(is, hn::Lt(hn::BitCast(is, vector), hn::Zero(is)));
}

// The last boundary up to `end`, before which nothing is wrong; an open code point stays behind it.
HWY_INLINE std::size_t boundary(const std::uint8_t* data, std::size_t end) {
  if (end >= 1 && data[end - 1] >= 0xC0) return end - 1;
  if (end >= 2 && data[end - 2] >= 0xE0) return end - 2;
  if (end >= 3 && data[end - 3] >= 0xF0) return end - 3;
  return end;
}

template <class D>
HWY_INLINE std::size_t skip_valid(D d, const std::uint8_t* data, std::size_t size) {
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t block = 4 * lanes;
  const auto any_of_block = [d, lanes](const std::uint8_t* from) HWY_ATTR {
    return hn::Or(hn::Or(hn::LoadU(d, from), hn::LoadU(d, from + lanes)),
                  hn::Or(hn::LoadU(d, from + 2 * lanes), hn::LoadU(d, from + 3 * lanes)));
  };

  std::size_t at = 0;
  while (size - at >= block && is_ascii(d, any_of_block(data + at))) at += block;
  // From here on the three octets before are looked at.
  while (at < 3) {
    const std::size_t code_point = words::code_point_size(data + at);
    if (code_point == 0) return at;
    at += code_point;
  }
  // Whether the octets before `at` may end inside a code point.
  bool open = false;
  for (; size - at >= block; at += block) {
    const std::uint8_t* const from = data + at;
    if (is_ascii(d, any_of_block(from))) {
      if (open && !is_zero(d, faults(d, from))) return boundary(data, at);
      open = false;
      continue;
    }
    open = true;
    const auto bad = hn::Or(hn::Or(faults(d, from), faults(d, from + lanes)),
                            hn::Or(faults(d, from + 2 * lanes), faults(d, from + 3 * lanes)));
    if (!is_zero(d, bad)) return boundary(data, at);
  }
  for (; size - at >= lanes; at += lanes) {
    if (!is_zero(d, faults(d, data + at))) return boundary(data, at);
  }
  // The last few, together with some that have been looked at.
  if (at < size && !is_zero(d, faults(d, data + size - lanes))) return boundary(data, at);
  return boundary(data, size);
}

std::size_t skip_valid_utf8(Bytes text) {
  const std::uint8_t* const data = text.data();
  const std::size_t size = text.size();
#if HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
  const Octets wide;
  if (size >= 2 * hn::Lanes(wide)) return skip_valid(wide, data, size);
  const hn::FixedTag<std::uint8_t, 16> narrow;
  if (size >= 2 * hn::Lanes(narrow)) return skip_valid(narrow, data, size);
#endif
  return words::skip_valid_utf8(data, size);
}

Kernel make() { return {hwy::TargetName(HWY_TARGET), mask, mask_copy, skip_valid_utf8}; }

}  // namespace wsproof::simd::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace wsproof::simd {

HWY_EXPORT(make);

void add_kernels(std::vector<Kernel>& kernels) {
  // Without vectors Highway has nothing that "words" has not.
  const std::int64_t targets =
      hwy::SupportedTargets() & HWY_TARGETS & ~std::int64_t{HWY_SCALAR | HWY_EMU128};
  // The better a target, the lower its bit.
  for (int bit = 62; bit >= 0; --bit) {
    const std::int64_t target = std::int64_t{1} << bit;
    if ((targets & target) == 0) continue;
    hwy::GetChosenTarget().Update(target);
    kernels.push_back(HWY_DYNAMIC_DISPATCH(make)());
  }
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace wsproof::simd
#endif
