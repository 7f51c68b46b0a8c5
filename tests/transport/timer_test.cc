// SPDX-License-Identifier: Apache-2.0
#include "server/transport/timer.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "tests/transport/loop_fixture.h"

namespace wsproof::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class TimerTest : public LoopTest {};

TEST_F(TimerTest, FiresLateRatherThanEarly) {
  for (const Time delay : {Time(0), Time(1), Time(1500), Time(5000), Time(12'345)}) {
    const auto before = steady_clock::now();
    steady_clock::time_point fired;
    Timer timer(loop, [&] { fired = steady_clock::now(); });
    timer.start(delay);
    loop.run();
    EXPECT_GE(fired - before, delay);
  }
}

TEST_F(TimerTest, CountsFromNowThoughTheTickIsLong) {
  steady_clock::time_point before;
  steady_clock::time_point fired;
  Timer second(loop, [&] { fired = steady_clock::now(); });
  Timer first(loop, [&] {
    before = steady_clock::now();
    while (steady_clock::now() - before < milliseconds(20)) {
    }
    before = steady_clock::now();
    second.start(milliseconds(10));
  });
  first.start(Time(0));
  loop.run();
  EXPECT_GE(fired - before, milliseconds(10));
}

TEST_F(TimerTest, FiresInTheOrderOfTheirTimes) {
  std::string order;
  Timer late(loop, [&] { order += "late"; });
  Timer early(loop, [&] { order += "early "; });
  late.start(milliseconds(20));
  early.start(milliseconds(2));
  loop.run();
  EXPECT_EQ(order, "early late");
}

TEST_F(TimerTest, StartingAgainReplaces) {
  int fired = 0;
  Timer timer(loop, [&] { ++fired; });
  timer.start(Time(0));
  timer.start(milliseconds(3));
  loop.run();
  EXPECT_EQ(fired, 1);
}

TEST_F(TimerTest, RepeatsUntilItIsStoppedFromWithin) {
  int fired = 0;
  std::optional<Timer> timer;
  timer.emplace(loop, [&] {
    if (++fired == 3) timer->stop();
  });
  timer->start_repeating(Time(0), milliseconds(1));
  loop.run();
  EXPECT_EQ(fired, 3);
}

TEST_F(TimerTest, DestroyingCancels) {
  {
    Timer timer(loop, [] { FAIL(); });
    timer.start(Time(0));
  }
  settle();
}

TEST_F(TimerTest, MayBeDestroyedFromWithin) {
  // What the call itself captured must outlive it as well.
  auto text = std::make_shared<std::string>("alive");
  std::optional<Timer> timer;
  std::string seen;
  timer.emplace(loop, [&timer, &seen, text = std::move(text)] {
    timer.reset();
    seen = *text;
  });
  timer->start(Time(0));
  loop.run();
  EXPECT_EQ(seen, "alive");
}

}  // namespace
}  // namespace wsproof::test
