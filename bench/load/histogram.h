// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace wsproof::load {

/// Counts of values (nanoseconds, mostly) by size. Log-linear: each power of two is divided into
/// 128 steps, so that any value of 64 bits is known to within 0.8 %. Histograms of several
/// generators add up without loss.
class Histogram {
 public:
  void record(std::uint64_t value, std::uint64_t count = 1);
  void merge(const Histogram& other);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// Exact; 0 where nothing was recorded.
  [[nodiscard]] std::uint64_t min() const { return count_ == 0 ? 0 : min_; }
  [[nodiscard]] std::uint64_t max() const { return max_; }
  [[nodiscard]] double mean() const;
  [[nodiscard]] double standard_deviation() const;

  /// The value that so many percent of all are not above (50: the median, 100: max()).
  [[nodiscard]] std::uint64_t at(double percent) const;

  struct Bucket {
    std::uint64_t low = 0;   ///< the least value that it counts
    std::uint64_t high = 0;  ///< the greatest
    std::uint64_t count = 0;
  };
  /// Those that count anything, in order.
  [[nodiscard]] std::vector<Bucket> buckets() const;

  /// What was once written down: buckets by their least values, with what they do not know.
  [[nodiscard]] static Histogram restore(const std::vector<Bucket>& buckets, std::uint64_t min,
                                         std::uint64_t max, std::uint64_t sum);
  [[nodiscard]] std::uint64_t sum() const { return sum_; }

 private:
  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t min_ = UINT64_MAX;
  std::uint64_t max_ = 0;
};

}  // namespace wsproof::load
