// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace wsproof {

/// Octets that are read. The owner is named where a span is handed over; a span never outlives the
/// call it is passed to unless its contract says so.
using Bytes = std::span<const std::uint8_t>;

/// Octets that may be changed in place, as unmasking does.
using MutableBytes = std::span<std::uint8_t>;

/// Time since an arbitrary start, as the caller's clock tells it. The protocol has no clock: time
/// comes in as an argument and never goes backwards.
using Time = std::chrono::microseconds;

/// The same octets, seen as the other type. Nothing is copied.
inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace wsproof
