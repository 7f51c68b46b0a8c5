// SPDX-License-Identifier: Apache-2.0
// Faults around us: wsproofd in each of its stories, with the first call of a fail point failing,
// then the second, and so on until none is left.
//
// What has to hold:
// - at the start: it says in one sentence why it cannot run, with status 1, or runs;
// - while it serves, one failure costs the connection that it met, at most: what arrives at any
//   other is right, and the next who comes is served;
// - where everything fails from then on: it goes on, or ends with one sentence and status 1;
// - and always: no signal ends it, nothing waits for ever, every descriptor is closed at its end.
// Built with AddressSanitizer, no memory is lost either.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "server/protocol/random.h"
#include "server/transport/tls_context.h"
#include "tests/failing/fail_walk.h"
#include "tests/failing/failing_program.h"
#include "tests/failing/scripts.h"

// main() of wsproofd, by another name.
int wsproofd_main(int argc, char** argv);

namespace wsproof::test {
namespace {

class FailingServer : public FailWalk, public testing::WithParamInterface<Walk<Script>> {
 protected:
  static void SetUpTestSuite() {
    // What OpenSSL 3.0 sets up once and for all is there before a server is forked: where it has no
    // memory for that, it goes on without and crashes.
    ASSERT_TRUE(TlsContext::self_signed({}));
    std::array<std::uint8_t, 4> octets{};
    secure_random().fill(octets);
    // OpenSSL writes to servers that are gone.
    std::signal(SIGPIPE, SIG_IGN);
  }

  void run(const Script& script, const FailPlan& plan) {
    Visitor::cut_short = 0;
    // Who cannot accept or write any more may leave its visitors waiting.
    Visitor::patient = !(plan.from_then_on && plan.group == FailGroup::kCalls);
    fail_state().armed = script.fails_at_start;
    std::vector<std::string> words{"wsproofd", "--host", "127.0.0.1", "--port", "0"};
    words.insert(words.end(), script.flags.begin(), script.flags.end());
    // Nothing is left to be said, then, once it has said where it listens.
    if (!script.fails_at_start) words.emplace_back("--quiet");
    FailingProgram server(wsproofd_main, words);
    const std::string first = server.line();
    const std::size_t colon = first.rfind(':');
    const bool listens = first.starts_with("wsproofd: listening on ws");
    if (listens) {
      if (script.in_threads) std::this_thread::sleep_for(std::chrono::milliseconds(10));
      fail_state().armed = true;
      const auto port = static_cast<std::uint16_t>(std::stoi(first.substr(colon + 1)));
      script.play(port, server);
      const bool serves = !script.fails_at_start && !script.ends_it;
      if (fail_state().failed > 0 && !plan.from_then_on && serves && !has_lost_its_timer()) {
        EXPECT_FALSE(server.ended()) << "one failure ended the server: " << server.wait().err;
        if (!script.impatient && !script.over_tls) expect_alive(port);
      }
    }
    if (fail_state().failed == 0) {
      EXPECT_TRUE(listens) << first;
      EXPECT_TRUE(script.impatient || !Visitor::patient || Visitor::cut_short == 0)
          << "without any failure";
    }
    if (listens && !script.ends_it) server.signal(SIGTERM);
    const ProgramEnd end = server.wait();
    EXPECT_FALSE(end.hung) << end.out;
    EXPECT_EQ(end.signal, 0) << end.err;
    if (end.status == 0) {
      EXPECT_EQ(end.err, "");
    } else {
      EXPECT_EQ(end.status, 1);
      EXPECT_THAT(end.err, one_sentence("wsproofd"));
      EXPECT_GT(fail_state().failed, 0U);
    }
    // libuv keeps a pipe for signals.
    if (fail_state().plan.at == 0) kept_ = end.descriptors_left;
    EXPECT_LE(end.descriptors_left, kept_);
  }

 private:
  /// A loop goes by its timers. libuv refuses none that is asked for rightly.
  static bool has_lost_its_timer() {
    for (std::size_t point = 0; point < fail_points(); ++point) {
      if (std::string(fail_point_name(point)) == "uv_timer_start" &&
          fail_state().failed_at[point] > 0) {
        return true;
      }
    }
    return false;
  }

  /// Whoever comes next is served.
  static void expect_alive(std::uint16_t port) {
    const int cut_before = Visitor::cut_short;
    Visitor next(port);
    if (next.open("/echo")) {
      next.send(WsClient::frame(opcode::kText, "still there"));
      next.hear(opcode::kText, "still there");
      next.leave();
    }
    EXPECT_EQ(Visitor::cut_short, cut_before) << "one failure, and the next is not served";
  }

  std::int64_t kept_ = 0;
};

TEST_P(FailingServer, GoesOnOrSaysWhyNot) {
  const Walk<Script>& each = GetParam();
  walk(each.plan, [&] { run(each.story, fail_state().plan); });
}

/// Where calls fail from then on visitors wait in vain, which takes time: two stories have to do.
std::vector<Walk<Script>> server_walks() {
  std::vector<Walk<Script>> all = walks(scripts());
  std::erase_if(all, [](const Walk<Script>& each) {
    return each.plan.group == FailGroup::kCalls && each.plan.from_then_on &&
           !each.story.fails_at_start && each.story.name != "Echo" && each.story.name != "Pages";
  });
#ifdef WSPROOF_ADDRESS_SANITIZER
  // Its own preparations for a new thread cannot do without memory.
  std::erase_if(all, [](const Walk<Script>& each) {
    return each.plan.group == FailGroup::kMemory && each.story.name == "StartOfThreads";
  });
#endif
  return all;
}

INSTANTIATE_TEST_SUITE_P(Each, FailingServer, testing::ValuesIn(server_walks()),
                         [](const auto& each) { return name_of(each.param); });

}  // namespace
}  // namespace wsproof::test
