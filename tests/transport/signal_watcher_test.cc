// SPDX-License-Identifier: Apache-2.0
#include "server/transport/signal_watcher.h"

#include <gtest/gtest.h>

#include <csignal>
#include <optional>

#include "tests/transport/loop_fixture.h"

namespace wsproof::test {
namespace {

class SignalWatcherTest : public LoopTest {};

TEST_F(SignalWatcherTest, CallsForEachSignal) {
  int calls = 0;
  SignalWatcher watcher(loop, SIGUSR1, [&] { ++calls; });
  ASSERT_EQ(raise(SIGUSR1), 0);
  run_until([&] { return calls == 1; });
  ASSERT_EQ(raise(SIGUSR1), 0);
  run_until([&] { return calls == 2; });
}

TEST_F(SignalWatcherTest, DoesNotKeepTheLoopRunning) {
  SignalWatcher watcher(loop, SIGUSR1, [] {});
  loop.run();
}

TEST_F(SignalWatcherTest, MayBeDestroyedFromWithin) {
  std::optional<SignalWatcher> watcher;
  bool called = false;
  watcher.emplace(loop, SIGUSR1, [&] {
    watcher.reset();
    called = true;
  });
  ASSERT_EQ(raise(SIGUSR1), 0);
  run_until([&] { return called; });
  struct sigaction action {};
  sigaction(SIGUSR1, nullptr, &action);
  EXPECT_EQ(action.sa_handler, SIG_DFL) << "the signal was not given back";
}

}  // namespace
}  // namespace wsproof::test
