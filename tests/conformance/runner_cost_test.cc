// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "conformance/catalogue/catalogue.h"
#include "conformance/runner/cost.h"

namespace wsproof::conformance {
namespace {

class ShardTest : public testing::Test {
 protected:
  ShardTest() : catalogue(load_catalogue(embedded_case_files())) {
    for (const Case& one : catalogue) {
      all.push_back(&one);
    }
  }
  static Duration load(const std::vector<const Case*>& cases) {
    Duration sum{};
    for (const Case* one : cases) {
      sum += cost(*one);
    }
    return sum;
  }

  std::vector<Case> catalogue;
  std::vector<const Case*> all;
};

TEST(Cost, counts_waits_and_large_payloads_and_repetitions) {
  Case quick;
  Case slow;
  slow.steps.emplace_back(Wait{Duration(500), ""});
  slow.drop_tcp_after = Duration(1000);
  EXPECT_GE(cost(slow), cost(quick) + Duration(1500));
  Case large;
  SendMessage message;
  message.payload.size = 16 << 20;
  large.steps.emplace_back(message);
  EXPECT_GT(cost(large), cost(quick) + Duration(100));
  Case often = slow;
  often.repeat = 3;
  EXPECT_EQ(cost(often), cost(slow) * 3);
}

TEST_F(ShardTest, one_of_one_is_everything_in_order) {
  EXPECT_EQ(cases_of_shard(all, {1, 1}), all);
}

TEST_F(ShardTest, shards_hold_each_case_once_and_stay_in_order) {
  for (const std::size_t of : {2U, 3U, 7U}) {
    std::map<const Case*, int> times;
    for (std::size_t number = 1; number <= of; ++number) {
      const auto shard = cases_of_shard(all, {number, of});
      EXPECT_TRUE(std::is_sorted(shard.begin(), shard.end(), [](const Case* a, const Case* b) {
        return id_less(a->id, b->id);
      }));
      for (const Case* one : shard) {
        ++times[one];
      }
    }
    EXPECT_EQ(times.size(), all.size());
    for (const auto& [one, number] : times) {
      EXPECT_EQ(number, 1) << one->id;
    }
  }
}

TEST_F(ShardTest, shards_take_about_the_same_time) {
  const Duration whole = load(all);
  Duration longest{};
  for (const Case* one : all) {
    longest = std::max(longest, cost(*one));
  }
  for (std::size_t number = 1; number <= 4; ++number) {
    EXPECT_LE(load(cases_of_shard(all, {number, 4})), whole / 4 + longest);
    EXPECT_GE(load(cases_of_shard(all, {number, 4})), whole / 4 - longest);
  }
}

TEST_F(ShardTest, more_shards_than_cases_leave_some_empty) {
  all.resize(2);
  EXPECT_EQ(cases_of_shard(all, {1, 3}).size(), 1U);
  EXPECT_EQ(cases_of_shard(all, {3, 3}).size(), 0U);
}

}  // namespace
}  // namespace wsproof::conformance
