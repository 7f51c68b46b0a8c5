// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "server/protocol/random.h"

namespace wsproof::fuzz {

/// The octets 01 02 03 ... in the place of unpredictable ones: the same input does the same again.
class FixedRandom : public RandomSource {
 public:
  void fill(MutableBytes out) override {
    for (std::uint8_t& octet : out) octet = ++last_;
  }

 private:
  std::uint8_t last_ = 0;
};

}  // namespace wsproof::fuzz
