// SPDX-License-Identifier: Apache-2.0
// Faults around wsproof, while it runs a few cases against a server in good health: it ends with
// one of its exit statuses, with a sentence where that is 2, and never by a signal or not at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/failing/fail_walk.h"
#include "tests/failing/failing_program.h"

// main() of the programs, by other names.
int wsproofd_main(int argc, char** argv);
int wsproof_main(int argc, char** argv);

namespace wsproof::test {
namespace {

/// What wsproof is asked to do. {url} is that of a server in good health.
struct Errand {
  std::string name;
  std::vector<std::string> words;
};

std::vector<Errand> errands() {
  return {
      {"Cases", {"server", "{url}", "1.1.1", "6.4.1", "12.1.1", "--messages", "2"}},
      {"Command",
       {"server", "ws://127.0.0.1:0/echo", "1.1.1", "--", WSPROOF_DAEMON, "--host", "127.0.0.1",
        "--port", "{port}"}},
      {"List", {"list", "1.*"}},
  };
}

class FailingRunner : public FailWalk, public testing::WithParamInterface<Walk<Errand>> {
 protected:
  FailingRunner()
      : server_(wsproofd_main, {"wsproofd", "--host", "127.0.0.1", "--port", "0", "--quiet"},
                FailingProgram::Part::kBystander) {
    const std::string line = server_.line();
    url_ = "ws://localhost:" + line.substr(line.rfind(':') + 1);
  }

  void run(const Errand& errand) const {
    std::vector<std::string> words{"wsproof"};
    for (const std::string& word : errand.words) words.push_back(word == "{url}" ? url_ : word);
    fail_state().armed = true;
    FailingProgram wsproof(wsproof_main, words);
    const ProgramEnd end = wsproof.wait();
    EXPECT_FALSE(end.hung) << end.out;
    EXPECT_EQ(end.signal, 0) << end.err;
    EXPECT_THAT(end.status, testing::AllOf(testing::Ge(0), testing::Le(4))) << end.err;
    if (fail_state().failed == 0) {
      EXPECT_EQ(end.status, 0) << end.out << end.err;
    }
    if (end.status == 2) {
      EXPECT_THAT(end.err, one_sentence("wsproof")) << end.out;
    }
  }

 private:
  FailingProgram server_;
  std::string url_;
};

TEST_P(FailingRunner, EndsWithAStatus) {
  const Walk<Errand>& each = GetParam();
  walk(
      each.plan, [&] { run(each.story); }, 30);
}

INSTANTIATE_TEST_SUITE_P(Each, FailingRunner, testing::ValuesIn(walks(errands())),
                         [](const auto& each) { return name_of(each.param); });

}  // namespace
}  // namespace wsproof::test
