// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <memory>

#include "conformance/runner/schedule.h"

namespace wsproof::conformance {
namespace {

using Outcome = Schedule::Outcome;
using Places = std::vector<std::size_t>;

/// A schedule of cases that take so many milliseconds each.
class ScheduleTest : public testing::Test {
 protected:
  void plan(const std::vector<int>& times, std::size_t jobs) {
    std::vector<const Case*> cases;
    for (const int time : times) {
      owned.push_back(std::make_unique<Case>());
      owned.back()->drop_tcp_after = Duration(time);
      cases.push_back(owned.back().get());
    }
    schedule = std::make_unique<Schedule>(cases, jobs);
  }
  /// All cases that would start now.
  Places start() {
    Places out;
    while (const auto place = schedule->next()) {
      out.push_back(*place);
    }
    return out;
  }
  bool end(std::size_t place, Outcome outcome = Outcome::kAnswered) {
    return schedule->finished(place, outcome);
  }

  std::vector<std::unique_ptr<Case>> owned;
  std::unique_ptr<Schedule> schedule;
};

TEST_F(ScheduleTest, sends_a_short_case_ahead_then_the_longest_first) {
  plan({10, 500, 20, 1000}, 2);
  EXPECT_EQ(start(), (Places{0}));
  EXPECT_TRUE(end(0));
  EXPECT_EQ(start(), (Places{3, 1}));
  EXPECT_TRUE(end(1));
  EXPECT_EQ(start(), (Places{2}));
  EXPECT_TRUE(end(3));
  EXPECT_TRUE(end(2));
  EXPECT_TRUE(schedule->empty());
}

TEST_F(ScheduleTest, keeps_the_order_of_ids_with_one_job) {
  plan({10, 500, 20}, 1);
  EXPECT_EQ(start(), (Places{0}));
  end(0);
  EXPECT_EQ(start(), (Places{1}));
  end(1);
  EXPECT_EQ(start(), (Places{2}));
}

TEST_F(ScheduleTest, runs_again_alone_what_timed_out_beside_others) {
  plan({1, 2, 3}, 8);
  EXPECT_EQ(start(), (Places{0}));
  end(0);
  EXPECT_EQ(start(), (Places{2, 1}));
  EXPECT_FALSE(end(2, Outcome::kOpenTimeout));
  EXPECT_EQ(start(), (Places{}));  // not while another runs
  EXPECT_TRUE(end(1));
  EXPECT_EQ(start(), (Places{2}));
  EXPECT_FALSE(end(2, Outcome::kOpenTimeout));
  EXPECT_EQ(start(), (Places{2}));
  EXPECT_TRUE(end(2, Outcome::kOpenTimeout));  // alone for the second time: that is its result
  EXPECT_TRUE(schedule->empty());
}

TEST_F(ScheduleTest, tries_once_more_when_another_has_been_answered) {
  plan({1, 1, 1}, 1);
  EXPECT_EQ(start(), (Places{0}));
  EXPECT_FALSE(end(0, Outcome::kOpenTimeout));
  EXPECT_EQ(start(), (Places{1}));
  EXPECT_TRUE(end(1));
  EXPECT_EQ(start(), (Places{2}));
  EXPECT_TRUE(end(2));
  EXPECT_EQ(start(), (Places{0}));
  EXPECT_TRUE(end(0));
  EXPECT_TRUE(schedule->empty());
}

TEST_F(ScheduleTest, gives_up_after_three_in_a_row_alone) {
  plan({1, 2, 3, 4, 5}, 8);
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(schedule->target_is_silent());
    const Places alone = start();
    ASSERT_EQ(alone.size(), 1U);
    EXPECT_FALSE(end(alone[0], Outcome::kOpenTimeout));
  }
  EXPECT_TRUE(schedule->target_is_silent());
  EXPECT_EQ(start(), (Places{}));
  EXPECT_EQ(schedule->give_up().size(), 5U);
  EXPECT_TRUE(schedule->empty());
}

TEST_F(ScheduleTest, one_answer_among_them_starts_the_count_anew) {
  plan({1, 1, 1, 1, 1, 1}, 1);
  for (const Outcome outcome : {Outcome::kOpenTimeout, Outcome::kOpenTimeout, Outcome::kAnswered,
                                Outcome::kOpenTimeout, Outcome::kOpenTimeout}) {
    static_cast<void>(end(start().at(0), outcome));
  }
  EXPECT_FALSE(schedule->target_is_silent());
}

TEST_F(ScheduleTest, starts_no_more_side_by_side_after_eight_silences) {
  plan(std::vector<int>(100, 1), 64);
  end(start().at(0));
  const Places first = start();
  ASSERT_EQ(first.size(), 64U);
  for (const std::size_t place : first) {
    EXPECT_FALSE(end(place, Outcome::kOpenTimeout));
  }
  EXPECT_EQ(start().size(), 1U);
}

TEST_F(ScheduleTest, puts_back_what_was_not_reached) {
  plan({1, 2}, 4);
  const Places scout = start();
  EXPECT_FALSE(end(scout[0], Outcome::kNotReached));
  EXPECT_EQ(start(), scout);
  EXPECT_TRUE(end(scout[0]));
  EXPECT_EQ(start(), (Places{1}));
  EXPECT_FALSE(end(1, Outcome::kNotReached));
  EXPECT_FALSE(schedule->empty());
  EXPECT_EQ(start(), (Places{1}));
}

TEST_F(ScheduleTest, runs_late_ones_again_alone) {
  plan({1, 2, 3}, 8);
  EXPECT_TRUE(end(start().at(0)));
  EXPECT_EQ(start(), (Places{2, 1}));
  EXPECT_FALSE(end(2, Outcome::kLate));
  EXPECT_FALSE(schedule->empty());
  EXPECT_EQ(start(), Places()) << "another still runs";
  EXPECT_TRUE(end(1));
  EXPECT_EQ(start(), (Places{2}));
  EXPECT_TRUE(end(2, Outcome::kLate)) << "alone it has nobody to wait for";
  EXPECT_EQ(schedule->take_standing(), Places());
  EXPECT_TRUE(schedule->empty());
}

TEST_F(ScheduleTest, lets_the_others_stand_when_three_in_a_row_are_late_alone) {
  plan(std::vector<int>(7, 1), 64);
  EXPECT_TRUE(end(start().at(0)));
  const Places late = start();
  ASSERT_EQ(late.size(), 6U);
  for (const std::size_t place : late) {
    EXPECT_FALSE(end(place, Outcome::kLate));
  }
  for (int i = 0; i < Schedule::kLateAlone; ++i) {
    EXPECT_EQ(start(), (Places{late[static_cast<std::size_t>(i)]}));
    EXPECT_TRUE(end(late[static_cast<std::size_t>(i)], Outcome::kLate));
  }
  EXPECT_EQ(start(), Places());
  EXPECT_EQ(schedule->take_standing(), (Places{late[3], late[4], late[5]}));
  EXPECT_TRUE(schedule->empty());
}

TEST_F(ScheduleTest, what_is_late_with_one_job_stands) {
  plan({1, 2}, 1);
  EXPECT_EQ(start(), (Places{0}));
  EXPECT_TRUE(end(0, Outcome::kLate));
}

TEST_F(ScheduleTest, loses_no_case_whatever_happens) {
  // Every sequence of five outcomes, then answers only.
  for (int code = 0; code < 1024; ++code) {
    for (const std::size_t jobs : {1U, 2U, 64U}) {
      plan({5, 4, 3, 2, 1, 0}, jobs);
      std::vector<int> results(6, 0);
      int left = code;
      for (int step = 0; step < 100 && !schedule->empty(); ++step) {
        if (schedule->target_is_silent()) {
          for (const std::size_t place : schedule->give_up()) {
            ++results[place];
          }
          continue;
        }
        const Places begun = start();
        for (const std::size_t place : schedule->take_standing()) {
          ++results[place];
        }
        for (const std::size_t place : begun) {
          const auto outcome = step < 5 ? static_cast<Outcome>(left % 4) : Outcome::kAnswered;
          left /= 4;
          results[place] += end(place, outcome) ? 1 : 0;
        }
      }
      EXPECT_EQ(results, std::vector<int>(6, 1)) << code << " with " << jobs;
    }
  }
}

}  // namespace
}  // namespace wsproof::conformance
