// SPDX-License-Identifier: Apache-2.0
// Every kernel's masking against the scalar reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "server/protocol/kernel.h"
#include "server/protocol/mask.h"
#include "tests/support/exact_buffer.h"

namespace wsproof {
namespace {

using test::ExactBuffer;

constexpr MaskingKey kKey = {0x37, 0xfa, 0x21, 0x3d};
constexpr std::size_t kMaxLength = 4096;
constexpr std::size_t kAlignments = 64;
// Octets on both sides that have to stay as they are; a vector is not longer.
constexpr std::size_t kGuard = 64;
constexpr std::uint8_t kUntouched = 0xA5;

// Without optimisation only some lengths, beyond those in which every path has been walked.
#ifdef NDEBUG
constexpr std::size_t kStep = 1;
#else
constexpr std::size_t kStep = 61;
#endif
constexpr std::size_t kShort = 300;

MaskingKey key_from(std::size_t offset) {
  MaskingKey key;
  for (std::size_t at = 0; at < key.size(); ++at) key[at] = kKey[(offset + at) % 4];
  return key;
}

// Octets that differ from their neighbours, so that a shifted result is another result.
std::vector<std::uint8_t> pattern() {
  std::vector<std::uint8_t> octets(kMaxLength);
  std::uint32_t state = 6455;
  for (std::uint8_t& octet : octets) {
    state = state * 1664525U + 1013904223U;
    octet = static_cast<std::uint8_t>(state >> 24U);
  }
  return octets;
}

class KernelMask : public testing::TestWithParam<Kernel> {
 protected:
  KernelMask() : source(pattern()) {
    for (std::size_t offset = 0; offset < expected.size(); ++offset) {
      expected[offset] = source;
      scalar::mask(expected[offset], kKey, offset);
    }
  }

  // Runs `check` for every length, alignment and offset into the key.
  template <typename Check>
  static void for_every(Check check) {
    // The reference against itself need not be thorough.
    const std::size_t step = GetParam().name == "scalar" ? 61 : kStep;
    for (std::size_t length = 0; length <= kMaxLength; length += length < kShort ? 1 : step) {
      for (std::size_t alignment = 0; alignment < kAlignments; ++alignment) {
        for (std::size_t offset = 0; offset < 4; ++offset) {
          ASSERT_TRUE(check(length, alignment, offset))
              << "length " << length << ", alignment " << alignment << ", offset " << offset;
        }
      }
    }
  }

  // Whether `all` holds the masked octets at `begin`, and all around is untouched.
  [[nodiscard]] bool is_right(Bytes all, std::size_t begin, std::size_t length,
                              std::size_t offset) const {
    const Bytes before = all.subspan(begin - kGuard, kGuard);
    const Bytes behind = all.subspan(begin + length, kGuard);
    const auto untouched = [](std::uint8_t octet) { return octet == kUntouched; };
    return std::equal(expected[offset].begin(),
                      expected[offset].begin() + static_cast<std::ptrdiff_t>(length),
                      all.begin() + static_cast<std::ptrdiff_t>(begin)) &&
           std::all_of(before.begin(), before.end(), untouched) &&
           std::all_of(behind.begin(), behind.end(), untouched);
  }

  std::vector<std::uint8_t> source;
  std::array<std::vector<std::uint8_t>, 4> expected;
  alignas(64) std::array<std::uint8_t, kGuard + kAlignments + kMaxLength + kGuard> target{};
};

INSTANTIATE_TEST_SUITE_P(All, KernelMask, testing::ValuesIn(kernels().begin(), kernels().end()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(KernelMask, InPlaceAgreesAtEveryLengthAlignmentAndOffset) {
  for_every([this](std::size_t length, std::size_t alignment, std::size_t offset) {
    const std::size_t begin = kGuard + alignment;
    const MutableBytes data = MutableBytes(target).subspan(begin, length);
    std::fill_n(target.begin(), begin + length + kGuard, kUntouched);
    std::copy_n(source.begin(), length, data.begin());
    GetParam().mask(data, key_from(offset));
    return is_right(target, begin, length, offset);
  });
}

TEST_P(KernelMask, CopyAgreesAtEveryLengthAlignmentAndOffset) {
  std::vector<std::uint8_t> shifted(kAlignments + kMaxLength);
  for_every([&](std::size_t length, std::size_t alignment, std::size_t offset) {
    // The source lies at every alignment, too, and at another than the target.
    const std::size_t at = (alignment * 7 + length) % kAlignments;
    std::copy_n(source.begin(), length, shifted.begin() + static_cast<std::ptrdiff_t>(at));
    const std::size_t begin = kGuard + alignment;
    std::fill_n(target.begin(), begin + length + kGuard, kUntouched);
    GetParam().mask_copy(MutableBytes(target).subspan(begin, length),
                         Bytes(shifted).subspan(at, length), key_from(offset));
    return is_right(target, begin, length, offset);
  });
}

// In blocks of exactly their size, AddressSanitizer sees a read too far as well.
TEST_P(KernelMask, ReadsNothingOutside) {
  for (std::size_t length = 0; length <= kShort; ++length) {
    for (std::size_t before = 0; before < kAlignments; before += 3) {
      const std::size_t offset = (length + before) % 4;
      ExactBuffer data(before + length);
      const MutableBytes inner = data.bytes().subspan(before);
      std::copy_n(source.begin(), length, inner.begin());
      const ExactBuffer from(inner);
      ExactBuffer into(length);
      GetParam().mask(inner, key_from(offset));
      GetParam().mask_copy(into.bytes(), from.bytes(), key_from(offset));
      ASSERT_TRUE(std::equal(inner.begin(), inner.end(), expected[offset].begin())) << length;
      ASSERT_EQ(into.text(), as_text(inner)) << length;
    }
  }
}

TEST_P(KernelMask, IsWhatMaskUsesOnceForced) {
  ASSERT_TRUE(force_kernel(GetParam().name));
  for (std::size_t length : {0U, 5U, 64U, 65U, 1000U, 4096U}) {
    std::vector<std::uint8_t> data(source.begin(),
                                   source.begin() + static_cast<std::ptrdiff_t>(length));
    std::vector<std::uint8_t> copied(length);
    mask_copy(copied, data, kKey, 3);
    mask(data, kKey, 3);
    EXPECT_TRUE(std::equal(data.begin(), data.end(), expected[3].begin())) << length;
    EXPECT_EQ(copied, data) << length;
  }
  ASSERT_TRUE(force_kernel(""));
}

}  // namespace
}  // namespace wsproof
