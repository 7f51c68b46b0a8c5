// SPDX-License-Identifier: Apache-2.0
#include "bench/load/histogram.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace wsproof::load {
namespace {

TEST(Histogram, EmptyHasNothing) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.min(), 0U);
  EXPECT_EQ(histogram.max(), 0U);
  EXPECT_EQ(histogram.at(50), 0U);
  EXPECT_EQ(histogram.mean(), 0);
  EXPECT_TRUE(histogram.buckets().empty());
}

TEST(Histogram, SmallValuesAreExact) {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= 100; ++value) histogram.record(value);
  EXPECT_EQ(histogram.at(0), 1U);
  EXPECT_EQ(histogram.at(50), 50U);
  EXPECT_EQ(histogram.at(99), 99U);
  EXPECT_EQ(histogram.at(100), 100U);
  EXPECT_DOUBLE_EQ(histogram.mean(), 50.5);
  EXPECT_NEAR(histogram.standard_deviation(), 28.866, 0.001);
}

TEST(Histogram, EveryValueLiesInItsBucketAndNearIt) {
  std::vector<std::uint64_t> values = {0, 1, 127, 128, 255, 256, 257, 511, 512, UINT64_MAX};
  for (unsigned bit = 9; bit < 64; ++bit) {
    const std::uint64_t power = std::uint64_t{1} << bit;
    values.insert(values.end(), {power - 1, power, power + 1, power + power / 3});
  }
  for (const std::uint64_t value : values) {
    Histogram histogram;
    histogram.record(value);
    const auto buckets = histogram.buckets();
    ASSERT_EQ(buckets.size(), 1U) << value;
    EXPECT_LE(buckets[0].low, value);
    EXPECT_GE(buckets[0].high, value);
    EXPECT_LE(buckets[0].high - buckets[0].low, value / 128) << value;
    EXPECT_EQ(histogram.at(50), value) << "min and max are exact";
  }
}

TEST(Histogram, BucketsFollowEachOtherWithoutGaps) {
  Histogram histogram;
  for (std::uint64_t value = 0; value < 100'000; ++value) histogram.record(value);
  std::uint64_t next = 0;
  for (const Histogram::Bucket& bucket : histogram.buckets()) {
    EXPECT_EQ(bucket.low, next);
    next = bucket.high + 1;
  }
}

TEST(Histogram, MergedIsAsRecordedInOne) {
  Histogram one;
  Histogram other;
  Histogram both;
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    const std::uint64_t value = i * i * 37 + 5;
    (i % 3 == 0 ? one : other).record(value);
    both.record(value);
  }
  one.merge(other);
  EXPECT_EQ(one.count(), both.count());
  EXPECT_EQ(one.min(), both.min());
  EXPECT_EQ(one.max(), both.max());
  EXPECT_EQ(one.sum(), both.sum());
  for (const double percent : {1.0, 50.0, 90.0, 99.9}) {
    EXPECT_EQ(one.at(percent), both.at(percent));
  }
  one.merge(Histogram());
  EXPECT_EQ(one.min(), both.min());
}

TEST(Histogram, IsRestoredFromItsBuckets) {
  Histogram histogram;
  histogram.record(12'345, 7);
  histogram.record(9'876'543);
  const Histogram again =
      Histogram::restore(histogram.buckets(), histogram.min(), histogram.max(), histogram.sum());
  EXPECT_EQ(again.count(), 8U);
  EXPECT_EQ(again.at(50), histogram.at(50));
  EXPECT_EQ(again.max(), 9'876'543U);
  EXPECT_DOUBLE_EQ(again.mean(), histogram.mean());
  EXPECT_EQ(Histogram::restore({}, 3, 4, 5).count(), 0U);
}

}  // namespace
}  // namespace wsproof::load
