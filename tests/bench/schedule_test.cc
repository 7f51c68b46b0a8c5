// SPDX-License-Identifier: Apache-2.0
#include "bench/load/schedule.h"

#include <gtest/gtest.h>

namespace wsproof::load {
namespace {

TEST(Schedule, IsEvenFromItsStart) {
  Schedule schedule(4, 1'000);
  EXPECT_FALSE(schedule.is_due(999));
  EXPECT_TRUE(schedule.is_due(1'000));
  EXPECT_EQ(schedule.take(), 1'000U);
  EXPECT_EQ(schedule.take(), 250'001'000U);
  EXPECT_EQ(schedule.next(), 500'001'000U);
  EXPECT_FALSE(schedule.is_due(500'000'999));
  EXPECT_TRUE(schedule.is_due(500'001'000));
}

TEST(Schedule, KeepsTheTimesThatWereMissed) {
  Schedule schedule(1'000, 0);
  // A generator or a server that stalls for 5 ms owes six messages, each from its own time.
  int owed = 0;
  while (schedule.is_due(5'000'000)) {
    EXPECT_EQ(schedule.take(), static_cast<std::uint64_t>(owed) * 1'000'000);
    ++owed;
  }
  EXPECT_EQ(owed, 6);
}

TEST(Schedule, DoesNotDriftWhereTheIntervalIsNoWholeNumber) {
  Schedule schedule(3, 0);
  for (int i = 0; i < 3'000'000; ++i) static_cast<void>(schedule.take());
  EXPECT_NEAR(static_cast<double>(schedule.next()), 1e15, 1'000);
}

}  // namespace
}  // namespace wsproof::load
