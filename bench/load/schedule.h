// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace wsproof::load {

/// When the messages of an open loop are due: evenly, and without regard to whether the earlier
/// ones have been answered or even sent. Latencies are counted from these times, so that a server
/// which stalls is charged with every message that it kept waiting, not only with one.
class Schedule {
 public:
  /// So many a second from `start` (nanoseconds) on; rate is above 0.
  Schedule(double rate, std::uint64_t start) : interval_(1e9 / rate), start_(start) {}

  /// When the next one is due.
  [[nodiscard]] std::uint64_t next() const {
    return start_ + static_cast<std::uint64_t>(interval_ * static_cast<double>(taken_));
  }
  [[nodiscard]] bool is_due(std::uint64_t now) const { return next() <= now; }
  /// That one is sent; returns when it was due.
  std::uint64_t take() {
    const std::uint64_t at = next();
    ++taken_;
    return at;
  }

 private:
  double interval_;
  std::uint64_t start_;
  std::uint64_t taken_ = 0;
};

}  // namespace wsproof::load
