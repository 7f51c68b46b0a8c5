// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "server/protocol/random.h"

namespace wsproof::test {

/// The octets 00 01 02 ... ff 00 ..., in the place of unpredictable ones: what a test sends can be
/// written down in advance. The first masking key is 00 01 02 03, the second 04 05 06 07.
class CountingRandom : public RandomSource {
 public:
  explicit CountingRandom(std::uint8_t first = 0) : next_(first) {}

  void fill(MutableBytes out) override {
    ++calls_;
    drawn_ += out.size();
    for (std::uint8_t& octet : out) octet = next_++;
  }

  [[nodiscard]] std::size_t calls() const { return calls_; }
  [[nodiscard]] std::size_t drawn() const { return drawn_; }

 private:
  std::uint8_t next_;
  std::size_t calls_ = 0;
  std::size_t drawn_ = 0;
};

}  // namespace wsproof::test
