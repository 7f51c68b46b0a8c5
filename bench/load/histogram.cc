// SPDX-License-Identifier: Apache-2.0
#include "bench/load/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace wsproof::load {
namespace {

constexpr unsigned kStepBits = 7;
constexpr std::size_t kSteps = std::size_t{1} << kStepBits;

std::size_t index_of(std::uint64_t value) {
  const auto width = static_cast<unsigned>(std::bit_width(value));
  const unsigned shift = width > kStepBits + 1 ? width - kStepBits - 1 : 0;
  return shift * kSteps + static_cast<std::size_t>(value >> shift);
}

Histogram::Bucket bucket_at(std::size_t index) {
  // Up to twice the number of steps each value has a bucket of its own.
  const std::size_t shift = index < 2 * kSteps ? 0 : index / kSteps - 1;
  const std::uint64_t low = static_cast<std::uint64_t>(index - shift * kSteps) << shift;
  return {low, low + ((std::uint64_t{1} << shift) - 1), 0};
}

}  // namespace

void Histogram::record(std::uint64_t value, std::uint64_t count) {
  if (count == 0) return;
  const std::size_t index = index_of(value);
  if (index >= counts_.size()) counts_.resize(index + kSteps);
  counts_[index] += count;
  count_ += count;
  sum_ += value * count;
  min_ = std::min(min_, value);
  max_ = std::max(max_, value);
}

void Histogram::merge(const Histogram& other) {
  if (other.counts_.size() > counts_.size()) counts_.resize(other.counts_.size());
  for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

double Histogram::mean() const {
  return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_);
}

double Histogram::standard_deviation() const {
  if (count_ == 0) return 0;
  const double middle = mean();
  double squares = 0;
  for (const Bucket& bucket : buckets()) {
    const double value = (static_cast<double>(bucket.low) + static_cast<double>(bucket.high)) / 2;
    squares += (value - middle) * (value - middle) * static_cast<double>(bucket.count);
  }
  return std::sqrt(squares / static_cast<double>(count_));
}

std::uint64_t Histogram::at(double percent) const {
  if (count_ == 0) return 0;
  const double wanted = std::ceil(percent / 100 * static_cast<double>(count_));
  const auto rank = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1, count_);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen >= rank) return std::clamp(bucket_at(i).high, min_, max_);
  }
  return max_;
}

std::vector<Histogram::Bucket> Histogram::buckets() const {
  std::vector<Bucket> out;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] == 0) continue;
    out.push_back(bucket_at(i));
    out.back().count = counts_[i];
  }
  return out;
}

Histogram Histogram::restore(const std::vector<Bucket>& buckets, std::uint64_t min,
                             std::uint64_t max, std::uint64_t sum) {
  Histogram out;
  for (const Bucket& bucket : buckets) out.record(bucket.low, bucket.count);
  if (out.count_ == 0) return out;
  out.min_ = min;
  out.max_ = max;
  out.sum_ = sum;
  return out;
}

}  // namespace wsproof::load
