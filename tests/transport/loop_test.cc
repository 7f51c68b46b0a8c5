// SPDX-License-Identifier: Apache-2.0
#include "server/transport/loop.h"

#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "server/transport/signal_watcher.h"
#include "server/transport/tcp.h"
#include "server/transport/timer.h"
#include "tests/transport/loop_fixture.h"

namespace wsproof::test {
namespace {

TEST_F(LoopTest, EndsWithNothingToWaitFor) { loop.run(); }

TEST_F(LoopTest, DoesDeferredWorkInOrderEvenWithNothingToWaitFor) {
  std::string order;
  loop.defer([&] {
    order += "a";
    loop.defer([&] { order += "c"; });
  });
  loop.defer([&] { order += "b"; });
  loop.run();
  EXPECT_EQ(order, "abc");
}

TEST_F(LoopTest, DefersBehindTheCallbackThatAsks) {
  std::string order;
  Timer timer(loop, [&] {
    loop.defer([&] { order += "deferred"; });
    order += "timer ";
  });
  timer.start(Time(0));
  loop.run();
  EXPECT_EQ(order, "timer deferred");
}

TEST_F(LoopTest, TakesWorkFromAnotherThread) {
  Timer forever(loop, [] {});
  forever.start(std::chrono::hours(1));
  std::thread::id ran_in;
  std::thread other([&] {
    loop.post([&] {
      ran_in = std::this_thread::get_id();
      loop.stop();
    });
  });
  loop.run();
  other.join();
  EXPECT_EQ(ran_in, std::this_thread::get_id());
}

TEST_F(LoopTest, ThrowsWhatACallbackLetOut) {
  Timer forever(loop, [] {});
  forever.start(std::chrono::hours(1));
  const auto fail = [] { throw std::runtime_error("no way on"); };
  Timer timer(loop, fail);
  const SignalWatcher watcher(loop, SIGUSR1, fail);
  const std::vector<std::function<void()>> ways{
      [&] { timer.start(Time(0)); },
      [&] { loop.defer(fail); },
      [&] { loop.post(fail); },
      [&] { std::raise(SIGUSR1); },
  };
  for (const auto& way : ways) {
    way();
    EXPECT_THROW(loop.run(), std::runtime_error);
  }
  // And goes on afterwards.
  timer.stop();
  loop.post([this] { loop.stop(); });
  loop.run();
}

TEST_F(LoopTest, IsInterruptedFromAnotherThread) {
  Timer forever(loop, [] {});
  forever.start(std::chrono::hours(1));
  std::thread other([this] { loop.interrupt(); });
  loop.run();
  other.join();
}

TEST(LoopEndTest, ClosesWhatIsOpenAlthoughItWasTold) {
  // libuv keeps the request to stop for its next turn.
  std::optional<Loop> loop(std::in_place);
  RawSocket peer;
  auto listener = *TcpListener::listen(*loop, {.host = "127.0.0.1"}, [](const auto&) {});
  loop->stop();
  loop.reset();
  EXPECT_FALSE(peer.connect(listener->port()));
}

TEST_F(LoopTest, TakesWorkThatWasPostedBeforeItRan) {
  bool ran = false;
  loop.post([&] { ran = true; });
  loop.run();
  EXPECT_TRUE(ran);
}

TEST_F(LoopTest, RunsAgainAfterStop) {
  int fired = 0;
  Timer timer(loop, [&] {
    ++fired;
    loop.stop();
  });
  timer.start_repeating(Time(0), std::chrono::milliseconds(1));
  loop.run();
  loop.run();
  EXPECT_EQ(fired, 2);
}

TEST_F(LoopTest, GivesAllStreamsOneBufferForAWholeFrame) {
  EXPECT_GT(loop.receive_buffer().size(), 65536U + 14U);
  EXPECT_EQ(loop.receive_buffer().data(), loop.receive_buffer().data());
}

TEST_F(LoopTest, IgnoresSigpipe) {
  struct sigaction action {};
  sigaction(SIGPIPE, nullptr, &action);
  EXPECT_NE(action.sa_handler, SIG_DFL);
}

TEST(LoopEndTest, WhatOutlivesItIsClosedAndHarmless) {
  StreamLog log;
  std::unique_ptr<TcpListener> listener;
  std::unique_ptr<Stream> stream;
  std::optional<Timer> timer;
  std::optional<SignalWatcher> watcher;
  RawSocket peer;
  {
    Loop loop;
    timer.emplace(loop, [] { FAIL(); });
    timer->start(std::chrono::hours(1));
    watcher.emplace(loop, SIGUSR1, [] { FAIL(); });
    listener = *TcpListener::listen(loop, {.host = "127.0.0.1"}, [&](std::unique_ptr<Stream> s) {
      stream = std::move(s);
      loop.stop();
    });
    ASSERT_TRUE(peer.connect(listener->port()));
    loop.run();
    ASSERT_NE(stream, nullptr);
    stream->start(log);
    // Gathered and never flushed.
    stream->write(as_bytes("lost"));
  }
  EXPECT_EQ(peer.receive_all(), "");
  stream->write(as_bytes("x"));
  stream->flush();
  stream->shutdown();
  stream->resume_reading();
  stream->reset();
  EXPECT_EQ(stream->pending(), 0U);
  EXPECT_EQ(stream->peer_address(), "");
  timer->start(Time(0));
  timer->stop();
  EXPECT_TRUE(log.events.empty());
}

}  // namespace
}  // namespace wsproof::test
