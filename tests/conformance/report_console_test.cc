// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <sstream>

#include "conformance/report/console.h"
#include "conformance/report/escape.h"
#include "tests/conformance/golden.h"
#include "tests/conformance/sample_run.h"

namespace wsproof::conformance {
namespace {

std::string last_line(const std::string& text) {
  const std::size_t end = text.rfind('\n');
  return text.substr(text.rfind('\n', end - 1) + 1, end - text.rfind('\n', end - 1) - 1);
}

TEST(Console, tells_a_failure_in_full) {
  const SampleRun sample;
  expect_golden("console_failing.txt", console_report(sample.run, {}));
}

TEST(Console, tells_little_when_all_passed) {
  SampleRun sample;
  sample.with_perfect_agent();
  sample.run.agents.erase(sample.run.agents.begin());
  expect_golden("console_passing.txt", console_report(sample.run, {}));
}

TEST(Console, puts_agents_side_by_side) {
  SampleRun sample;
  expect_golden("console_two_agents.txt", console_report(sample.with_perfect_agent().run, {}));
}

TEST(Console, tells_each_case_when_asked_to) {
  SampleRun sample;
  ConsoleOptions options;
  options.verbose = true;
  expect_golden("console_verbose.txt", console_report(sample.with_more_failures(1).run, options));
}

TEST(Console, tells_a_kind_of_failure_once) {
  SampleRun sample;
  const std::string text = console_report(sample.with_more_failures(300).run, {});
  EXPECT_NE(text.find("likewise    300 more: 8.1 to 8.300"), std::string::npos) << text;
  EXPECT_EQ(text.find("FAIL 8."), std::string::npos);
}

TEST(Console, names_the_kinds_beyond_the_limit) {
  SampleRun sample;
  sample.with_more_failures(3);
  const char* words[] = {"hums", "sings", "howls"};
  for (std::size_t i = 0; i < 3; ++i) {
    sample.run.agents[0].results[4 + i].findings.front().sentence =
        std::string("the server ") + words[i];
  }
  ConsoleOptions options;
  options.full_failures = 2;
  expect_golden("console_many_kinds.txt", console_report(sample.run, options));
}

TEST(Console, says_why_a_run_ended_early) {
  SampleRun sample;
  sample.run.agents[0].end = AgentRun::End::kUnreachable;
  sample.run.agents[0].end_reason = "cannot connect to 127.0.0.1 port 9001: connection refused";
  expect_golden("console_unreachable.txt", console_report(sample.run, {}));
}

TEST(Console, tells_what_was_not_run_apart_from_what_failed) {
  SampleRun sample;
  AgentRun& agent = sample.with_more_failures(3).run.agents[0];
  for (std::size_t i = 4; i < agent.results.size(); ++i) {
    CaseResult& late = agent.results[i];
    late.ran = false;
    late.happened = "the case did not run: the server died during the run";
    late.close_happened.clear();
    late.findings.clear();
    late.transcript.clear();
  }
  agent.end = AgentRun::End::kDied;
  agent.end_reason = "the server died during the run: connection refused";
  expect_golden("console_not_run.txt", console_report(sample.run, {}));
}

TEST(Console, says_that_nothing_was_proven) {
  SampleRun sample;
  for (CaseResult& result : sample.run.agents[0].results) {
    result.verdict = Verdict::kUnsupported;
    result.difference.clear();
  }
  EXPECT_EQ(console_report(sample.run, {}),
            "nothing was proven: all 4 cases are unsupported\n"
            "4 cases: 0 passed, 0 non-strict, 0 informational, 4 unsupported, 0 failed in 2.1 s\n");
}

TEST(Console, tells_which_cases_an_agent_did_not_have) {
  SampleRun sample;
  std::vector<AgentRun>& agents = sample.with_perfect_agent().run.agents;
  agents[0].results.resize(2);
  agents.push_back(agents[1]);
  agents[2].agent = "Other";
  agents[2].results.erase(agents[2].results.begin());
  agents[2].results[0].verdict = Verdict::kNonStrict;
  expect_golden("console_other_cases.txt", console_report(sample.run, {}));
}

TEST(Console, ends_with_the_summary) {
  const SampleRun sample;
  EXPECT_EQ(last_line(console_report(sample.run, {})),
            "4 cases: 1 passed, 1 non-strict, 1 informational, 0 unsupported, 1 failed in 2.1 s");
  EXPECT_EQ(summary_line({247, 244, 0, 3, 0, 0}, std::chrono::milliseconds(2100)),
            "247 cases: 244 passed, 0 non-strict, 3 informational, 0 unsupported, 0 failed in "
            "2.1 s");
}

TEST(Console, uses_escape_sequences_only_for_colour_and_only_when_asked) {
  SampleRun sample;
  sample.with_hostile_peer().with_perfect_agent();
  const std::string plain = console_report(sample.run, {});
  EXPECT_EQ(plain.find('\x1b'), std::string::npos);
  EXPECT_TRUE(is_utf8(plain));

  ConsoleOptions options;
  options.colour = true;
  std::string text = console_report(sample.run, options);
  // Without its colours it is the plain report, octet for octet.
  for (std::size_t at = text.find('\x1b'); at != std::string::npos; at = text.find('\x1b', at)) {
    const std::size_t end = text.find('m', at);
    ASSERT_EQ(text.substr(at + 1, end - at - 1).find_first_not_of("[0123456789;"),
              std::string::npos);
    text.erase(at, end - at + 1);
  }
  EXPECT_EQ(text, plain);
}

TEST(Console, shows_hostile_text_harmlessly) {
  SampleRun sample;
  expect_golden("console_hostile.txt", console_report(sample.with_hostile_peer().run, {}));
}

TEST(Console, keeps_to_eighty_columns) {
  SampleRun sample;
  std::istringstream lines(console_report(sample.with_hostile_peer().with_perfect_agent().run, {}));
  for (std::string line; std::getline(lines, line);) {
    // Commands are there to be copied, and the summary has a fixed form.
    if (line.find("run again") == std::string::npos && line.find(" cases: ") == std::string::npos) {
      EXPECT_LE(columns(line), 80U) << line;
    }
  }
}

}  // namespace
}  // namespace wsproof::conformance
