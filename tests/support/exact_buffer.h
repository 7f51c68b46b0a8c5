// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "server/protocol/bytes.h"

namespace wsproof::test {

/// Octets on the heap in a block of exactly their size, so that AddressSanitizer sees a read or a
/// write one octet too far. A std::string or a std::vector has room to spare that hides it.
class ExactBuffer {
 public:
  explicit ExactBuffer(Bytes bytes)
      : data_(std::make_unique<std::uint8_t[]>(bytes.size())), size_(bytes.size()) {
    std::copy(bytes.begin(), bytes.end(), data_.get());
  }
  explicit ExactBuffer(std::string_view text) : ExactBuffer(as_bytes(text)) {}
  /// `size` octets of zero.
  explicit ExactBuffer(std::size_t size)
      : data_(std::make_unique<std::uint8_t[]>(size)), size_(size) {}

  [[nodiscard]] MutableBytes bytes() { return {data_.get(), size_}; }
  [[nodiscard]] Bytes bytes() const { return {data_.get(), size_}; }
  [[nodiscard]] std::string_view text() const { return as_text(bytes()); }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::unique_ptr<std::uint8_t[]> data_;
  std::size_t size_;
};

}  // namespace wsproof::test
