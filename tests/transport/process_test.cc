// SPDX-License-Identifier: Apache-2.0
#include "server/transport/process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>

#include "server/transport/timer.h"

namespace wsproof {
namespace {

using testing::ElementsAre;

class ProcessTest : public testing::Test {
 protected:
  /// Starts a shell with this script; the loop runs until it has ended.
  void start(const std::string& script) {
    auto started = Process::start(loop, {"sh", "-c", script}, [this](const ProcessEnd& end) {
      ended = end;
      lines = process->last_lines();
    });
    ASSERT_TRUE(started) << started.error().message;
    process = std::move(*started);
  }
  void run(const std::string& script) {
    start(script);
    loop.run();
    EXPECT_FALSE(process->running());
  }

  Loop loop;
  std::unique_ptr<Process> process;
  ProcessEnd ended{-1, -1};
  std::vector<std::string> lines;
};

TEST_F(ProcessTest, tells_the_exit_status_and_what_was_printed) {
  run("echo one; echo two >&2; printf three; exit 7");
  EXPECT_EQ(ended.status, 7);
  EXPECT_EQ(ended.signal, 0);
  EXPECT_EQ(ended.text(), "exit status 7");
  EXPECT_THAT(lines, testing::UnorderedElementsAre("one", "two", "three"));
}

TEST_F(ProcessTest, tells_the_signal) {
  run("kill -SEGV $$");
  EXPECT_EQ(ended.signal, SIGSEGV);
  EXPECT_EQ(ended.text(), "SIGSEGV");
}

TEST_F(ProcessTest, keeps_only_the_last_lines_and_cuts_long_ones) {
  run("i=0; while [ $i -lt 100 ]; do echo line $i; i=$((i+1)); done; printf '%2000d\\r\\n' 0");
  ASSERT_EQ(lines.size(), Process::kKeptLines);
  EXPECT_EQ(lines[0], "line 81");
  EXPECT_EQ(lines.back().size(), Process::kLineOctets);
}

TEST_F(ProcessTest, ends_when_it_is_told_to_with_all_that_it_has_started) {
  // The inner one holds the pipe open; the test would hang if it lived on and were waited for. A
  // shell that waits acts on a signal at once, and it is ready when it says so.
  start("trap 'echo bye; exit 3' TERM; sleep 1000 & echo ready; wait");
  Timer look(loop, [&] {
    if (process->last_lines().empty()) return;
    process->signal(SIGTERM);
    look.stop();
  });
  look.start_repeating(std::chrono::milliseconds(1), std::chrono::milliseconds(1));
  loop.run();
  EXPECT_EQ(ended.status, 3) << ended.text();
  EXPECT_THAT(lines, ElementsAre("ready", "bye"));
}

TEST_F(ProcessTest, dies_with_its_object) {
  start("sleep 1000");
  const pid_t pid = process->pid();
  EXPECT_GT(pid, 0);
  process.reset();
  loop.run();
  EXPECT_EQ(ended.status, -1) << "nobody is left to be told";
}

TEST_F(ProcessTest, reports_what_cannot_be_started) {
  const auto started =
      Process::start(loop, {"/nowhere/at-all", "x"}, [](const ProcessEnd&) { FAIL(); });
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().message, "cannot start /nowhere/at-all: no such file or directory");
  loop.run();
}

TEST_F(ProcessTest, arguments_arrive_as_they_are) {
  auto started = Process::start(loop, {"printf", "%s|", "a b", "", "c\"$d"},
                                [this](const ProcessEnd&) { lines = process->last_lines(); });
  ASSERT_TRUE(started);
  process = std::move(*started);
  loop.run();
  EXPECT_THAT(lines, ElementsAre("a b||c\"$d|"));
}

}  // namespace
}  // namespace wsproof
