// SPDX-License-Identifier: Apache-2.0
#include "server/transport/deadlines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/transport/loop_fixture.h"

namespace wsproof::test {
namespace {

using std::chrono::milliseconds;

class Owner : public DeadlineOwner {
 public:
  explicit Owner(std::function<void(Time)> call) : call_(std::move(call)) {}
  void on_deadline(Time now) override { call_(now); }

 private:
  std::function<void(Time)> call_;
};

class DeadlinesTest : public LoopTest {
 protected:
  [[nodiscard]] Time in(int count) const { return loop.now() + milliseconds(count); }
  Deadlines deadlines{loop};
};

TEST_F(DeadlinesTest, CallsInTheOrderOfTheTimes) {
  std::string order;
  Owner a([&](Time) { order += "a"; });
  Owner b([&](Time) { order += "b"; });
  Owner c([&](Time) { order += "c"; });
  deadlines.watch(b, in(30));
  deadlines.watch(c, in(60));
  deadlines.watch(a, in(0));
  loop.run();
  EXPECT_EQ(order, "abc");
}

TEST_F(DeadlinesTest, IsNeverEarly) {
  const Time at = in(25);
  Time called{};
  Owner owner([&](Time now) { called = now; });
  deadlines.watch(owner, at);
  loop.run();
  EXPECT_GE(called, at);
}

TEST_F(DeadlinesTest, WhatArrivedWhileTheLoopWasBusyComesFirst) {
  std::string order;
  Owner owner([&](Time) { order += " deadline"; });
  deadlines.watch(owner, in(1));
  loop.defer([&] {
    loop.post([&] { order += "arrived"; });  // comes in where descriptors are polled
    const auto until = std::chrono::steady_clock::now() + Deadlines::kLate + milliseconds(50);
    while (std::chrono::steady_clock::now() < until) {
    }
  });
  loop.run();
  EXPECT_EQ(order, "arrived deadline");
}

TEST_F(DeadlinesTest, AnEarlierTimeCounts) {
  Time called{};
  Owner owner([&](Time now) { called = now; });
  deadlines.watch(owner, in(3'600'000));
  deadlines.watch(owner, in(5));
  loop.run();
  EXPECT_NE(called, Time{});
}

TEST_F(DeadlinesTest, ALaterTimeCallsAtTheOldOneAndIsWatchedAgain) {
  std::vector<Time> calls;
  const Time last = in(60);
  Owner owner([&](Time now) {
    calls.push_back(now);
    if (now < last) deadlines.watch(owner, last);
  });
  deadlines.watch(owner, in(5));
  deadlines.watch(owner, last);
  loop.run();
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_LT(calls[0], last);
  EXPECT_GE(calls[1], last);
}

TEST_F(DeadlinesTest, NothingCancels) {
  Owner owner([&](Time) { FAIL(); });
  deadlines.watch(owner, in(1));
  deadlines.watch(owner, std::nullopt);
  deadlines.watch(owner, std::nullopt);
  settle();
}

TEST_F(DeadlinesTest, ADestroyedOwnerIsForgotten) {
  {
    Owner owner([&](Time) { FAIL(); });
    deadlines.watch(owner, in(1));
  }
  settle();
}

TEST_F(DeadlinesTest, AnOwnerMayDestroyItselfAndItsNeighbour) {
  auto neighbour = std::make_unique<Owner>([](Time) { FAIL(); });
  std::unique_ptr<Owner> owner;
  bool called = false;
  owner = std::make_unique<Owner>([&](Time) {
    called = true;
    neighbour.reset();
    owner.reset();
  });
  deadlines.watch(*owner, in(1));
  deadlines.watch(*neighbour, in(2));
  settle();
  EXPECT_TRUE(called);
}

TEST_F(DeadlinesTest, AnOwnerThatAsksForThePastCannotHoldUpTheLoop) {
  int calls = 0;
  Owner owner([&](Time) {
    if (++calls < 3) deadlines.watch(owner, Time(0));
  });
  int turns = 0;
  Timer other(loop, [&] { ++turns; });
  other.start_repeating(Time(0), milliseconds(1));
  deadlines.watch(owner, Time(0));
  run_until([&] { return calls == 3; });
  EXPECT_GT(turns, 1);
}

TEST_F(DeadlinesTest, OwnersMayOutliveIt) {
  Owner owner([](Time) { FAIL(); });
  {
    Deadlines gone(loop);
    gone.watch(owner, in(1));
  }
  settle();
}

TEST_F(DeadlinesTest, AgreesWithASortedListWhateverIsAsked) {
  // Fixed: the same steps each time.
  std::mt19937 random(20240607);
  for (int round = 0; round < 20; ++round) {
    std::vector<std::pair<Time, std::size_t>> expected;
    std::vector<std::size_t> called;
    std::vector<std::unique_ptr<Owner>> owners;
    const Time start = loop.now();
    for (std::size_t i = 0; i < 60; ++i) {
      owners.push_back(std::make_unique<Owner>([&called, i](Time) { called.push_back(i); }));
      const Time at = start - Time(1'000'000) + Time(random() % 1'000'000);
      deadlines.watch(*owners[i], at + Time(2'000'000));
      deadlines.watch(*owners[i], at);
      expected.emplace_back(at, i);
    }
    for (std::size_t i = 0; i < 20; ++i) {
      const std::size_t victim = random() % owners.size();
      owners[victim].reset();
      std::erase_if(expected, [victim](const auto& entry) { return entry.second == victim; });
    }
    std::sort(expected.begin(), expected.end());
    run_until([&] { return called.size() >= expected.size(); });
    std::vector<std::size_t> order;
    order.reserve(expected.size());
    for (const auto& [at, i] : expected) order.push_back(i);
    EXPECT_EQ(called, order);
  }
}

}  // namespace
}  // namespace wsproof::test
