// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "server/protocol/bytes.h"

namespace wsproof::fuzz {

/// The one input format of all targets, so that any finding is one file:
///
///     octets 0 to 3   options; what each means is told at the top of the target
///     octets 4 to 7   how the data is cut: sizes of pieces, taken in turn; 0 is all that is left
///     from octet 8    data
///
/// An octet that is not there counts as 0. So eight zeros before some octets mean those octets, in
/// one piece, under default options.
class Input {
 public:
  static constexpr std::size_t kHeaderSize = 8;

  /// `octets` outlive this object.
  explicit Input(Bytes octets) {
    const std::size_t size = std::min(octets.size(), kHeaderSize);
    std::copy_n(octets.begin(), size, header_.begin());
    data_ = octets.subspan(size);
  }

  [[nodiscard]] Bytes data() const { return data_; }
  /// Octet `index` of the options, 0 to 3.
  [[nodiscard]] std::uint8_t option(std::size_t index) const { return header_.at(index); }
  /// Bit `index` of the options, 0 to 31, the lowest of octet 0 first.
  [[nodiscard]] bool flag(std::size_t index) const {
    return (unsigned{header_.at(index / 8)} >> index % 8 & 1U) != 0;
  }

  /// Calls `take(MutableBytes)` with one piece of `octets` after the other. Each is a buffer of its
  /// own and of its exact size, so that a read beyond its end is found.
  template <typename Take>
  void cut(Bytes octets, Take take) const {
    for (std::size_t turn = 0; !octets.empty(); ++turn) {
      const std::size_t wanted = header_[4 + turn % 4];
      const std::size_t size = wanted == 0 ? octets.size() : std::min(wanted, octets.size());
      const Bytes next = octets.first(size);
      std::vector<std::uint8_t> piece(next.begin(), next.end());
      octets = octets.subspan(size);
      take(MutableBytes(piece));
    }
  }

 private:
  std::array<std::uint8_t, kHeaderSize> header_{};
  Bytes data_;
};

}  // namespace wsproof::fuzz
