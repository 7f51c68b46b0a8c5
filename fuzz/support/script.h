// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "server/protocol/bytes.h"

namespace wsproof::fuzz {

/// Data that is read as a list of things to do. It never fails: what is not there is 0, or empty.
class Script {
 public:
  explicit Script(Bytes octets) : octets_(octets) {}

  [[nodiscard]] bool done() const { return octets_.empty(); }

  std::uint8_t octet() {
    const Bytes one = take(1);
    return one.empty() ? std::uint8_t{0} : one[0];
  }
  std::uint16_t number() {
    const unsigned high = octet();
    return static_cast<std::uint16_t>(high << 8U | octet());
  }
  /// The next `size` octets, or as many as are left.
  Bytes take(std::size_t size) {
    const Bytes taken = octets_.first(std::min(size, octets_.size()));
    octets_ = octets_.subspan(taken.size());
    return taken;
  }
  /// Octets behind a size of one octet. Size 255 means one of two octets that follow.
  Bytes block() {
    const std::size_t size = octet();
    return take(size == 255 ? number() : size);
  }

 private:
  Bytes octets_;
};

}  // namespace wsproof::fuzz
