// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "conformance/report/annotations.h"
#include "conformance/report/badge.h"
#include "conformance/report/junit.h"
#include "conformance/report/markdown.h"
#include "tests/conformance/golden.h"
#include "tests/conformance/sample_run.h"

namespace wsproof::conformance {
namespace {

/// A run with one of each outcome: passed, failed, non-strict, informational, unsupported, and one
/// that the end of the run was too early for.
SampleRun sample_of_all() {
  SampleRun sample;
  sample.with_more_failures(2);
  AgentRun& agent = sample.run.agents.front();
  CaseResult& unsupported = agent.results[4];
  unsupported.verdict = Verdict::kUnsupported;
  unsupported.behavior = Behavior::kUnimplemented;
  unsupported.happened = "the case did not run: it needs tls, which is not there";
  unsupported.findings.clear();
  CaseResult& late = agent.results[5];
  late.ran = false;
  late.happened = "the case did not run: the server died during the run";
  late.findings.clear();
  agent.end = AgentRun::End::kDied;
  agent.end_reason = "the server died during the run: connection refused";
  agent.program_output = {"assertion <left> failed", "\x1b[1mcore dumped\xff"};
  return sample;
}

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t out = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++out;
  }
  return out;
}

/// Colour and words of the badge.
std::string badge_of(const SampleRun& sample) {
  const auto json = nlohmann::json::parse(badge(sample.run));
  return json["color"].get<std::string>() + ": " + json["message"].get<std::string>();
}

TEST(Junit, tells_failures_from_errors_and_what_was_skipped) {
  expect_golden("junit.xml", junit_report(sample_of_all().with_perfect_agent().run));
}

TEST(Junit, keeps_hostile_text_out_of_its_markup) {
  SampleRun sample;
  expect_golden("junit_hostile.xml", junit_report(sample.with_hostile_peer().run));
}

TEST(Junit, makes_every_case_of_an_unreachable_target_an_error) {
  SampleRun sample;
  AgentRun& agent = sample.run.agents.front();
  agent.end = AgentRun::End::kUnreachable;
  agent.end_reason = "connection refused";
  for (CaseResult& result : agent.results) {
    result.verdict = Verdict::kFail;
  }
  const std::string text = junit_report(sample.run);
  EXPECT_NE(text.find("errors=\"4\" skipped=\"0\" failures=\"0\""), std::string::npos) << text;
  EXPECT_EQ(times(text, "<error type=\"unreachable\" message=\"connection refused\"/>"), 4U);
}

TEST(Junit, skips_a_failure_that_was_expected_and_fails_a_pass_that_was_not) {
  SampleRun sample;
  std::vector<CaseResult>& results = sample.run.agents.front().results;
  results[0].standing = Standing::kUnexpected;
  results[0].expectation = "FAIL (known.txt:3)";
  results[1].standing = Standing::kExpected;
  results[1].expectation = "FAIL (known.txt:4: slow)";
  const std::string text = junit_report(sample.run);
  EXPECT_NE(text.find("<failure type=\"PASS\" message=\"came to PASS; expected was FAIL "
                      "(known.txt:3)\">"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("<skipped message=\"fails as expected, FAIL (known.txt:4: slow): "),
            std::string::npos)
      << text;
  results[1].ran = false;
  EXPECT_NE(junit_report(sample.run).find("errors=\"1\""), std::string::npos);
}

TEST(Markdown, sums_up_what_happened) {
  expect_golden("summary.md", markdown_summary(sample_of_all().with_perfect_agent().run));
}

TEST(Markdown, is_short_when_all_passed) {
  SampleRun sample;
  sample.with_perfect_agent();
  sample.run.agents.erase(sample.run.agents.begin());
  expect_golden("summary_passing.md", markdown_summary(sample.run));
}

TEST(Markdown, tells_which_cases_an_agent_did_not_have) {
  SampleRun sample;
  // Of its family the agent has this one only.
  sample.with_more_failures(2).with_perfect_agent().run.agents[1].results.resize(5);
  sample.run.agents[1].results.erase(sample.run.agents[1].results.begin() + 1);
  const std::string text = markdown_summary(sample.run);
  EXPECT_NE(text.find("| 5 Fragmentation | **0 of 1** | not in this run |"), std::string::npos)
      << text;
  EXPECT_NE(text.find("| 8 More | **0 of 2** | 1 (1 not in this run) |"), std::string::npos);
  EXPECT_NE(text.find("\n> **Perfect**: 2 of the 6 cases are not in this run\n"),
            std::string::npos);
}

TEST(Markdown, says_that_nothing_was_proven) {
  SampleRun sample;
  for (CaseResult& result : sample.run.agents[0].results) {
    result.verdict = Verdict::kUnsupported;
  }
  const std::string text = markdown_summary(sample.run);
  EXPECT_NE(text.find("| :x: | Sample/1.0 |"), std::string::npos) << text;
  EXPECT_NE(text.find("> **Sample/1.0**: nothing was proven: all 4 cases are unsupported\n"),
            std::string::npos);
  EXPECT_EQ(badge_of(sample), "lightgrey: nothing proven");
  EXPECT_EQ(github_annotations(sample.run),
            "::error title=wsproof%3A Sample/1.0::nothing was proven: all 4 cases are "
            "unsupported\n");
  sample.with_perfect_agent();
  EXPECT_EQ(badge_of(sample), "red: 1 of 2 endpoints passed");
}

TEST(Markdown, keeps_hostile_text_from_being_markup) {
  SampleRun sample;
  CaseResult& result = sample.run.agents.front().results[1];
  result.findings.front().sentence =
      "the server sent |<img src=x>| [a](http://evil.example) `x` *b* @someone www.evil.example\n#";
  const std::string text = markdown_summary(sample.run);
  EXPECT_NE(text.find("\\|&#60;img src=x&#62;\\| \\[a\\]\\(http&#58;//evil.example\\) \\`x\\` "
                      "\\*b\\* &#64;someone www&#46;evil.example\\\\n\\#"),
            std::string::npos)
      << text;
}

TEST(Markdown, stays_small_whatever_failed) {
  SampleRun sample;
  for (CaseResult& result : sample.with_more_failures(2000).run.agents.front().results) {
    if (!result.findings.empty()) {
      result.findings.front().sentence = std::string(10'000, '<');
    }
  }
  const std::string text = markdown_summary(sample.run);
  EXPECT_LT(text.size(), 200'000U);
  EXPECT_NE(text.find("1951 more; the other reports name them all."), std::string::npos);
}

TEST(Annotations, name_a_lost_target_and_each_kind_of_failure) {
  expect_golden("annotations.txt", github_annotations(sample_of_all().run));
}

TEST(Annotations, are_none_when_all_passed) {
  SampleRun sample;
  sample.with_perfect_agent();
  sample.run.agents.erase(sample.run.agents.begin());
  EXPECT_EQ(github_annotations(sample.run), "");
}

TEST(Annotations, are_eight_at_most) {
  SampleRun sample;
  sample.with_more_failures(20);
  int number = 0;
  for (CaseResult& result : sample.run.agents.front().results) {
    if (!result.findings.empty()) {
      result.findings.front().sentence = "kind " + std::string(1, static_cast<char>('a' + number));
      ++number;
    }
  }
  const std::string text = github_annotations(sample.run);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 8);
  EXPECT_NE(text.find("::error title=wsproof::14 more kinds of failure;"), std::string::npos)
      << text;
}

TEST(Annotations, escape_what_ends_a_command) {
  SampleRun sample;
  AgentRun& agent = sample.run.agents.front();
  agent.agent = "a:b,c%";
  agent.results[1].findings.front().sentence = "100% of\r\n::error::x";
  const std::string text = github_annotations(sample.run);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_TRUE(text.starts_with("::error title=wsproof%3A a%3Ab%2Cc%25 fails 5.9::100%25 of\\r\\n:"))
      << text;
}

TEST(Badge, says_it_in_a_few_words) {
  SampleRun sample;
  expect_golden("badge.json", badge(sample.run));
  EXPECT_EQ(badge_of(sample_of_all()), "lightgrey: run not complete");
  sample.with_perfect_agent();
  EXPECT_EQ(badge_of(sample), "red: 1 of 2 endpoints passed");
  sample.run.agents.erase(sample.run.agents.begin());
  EXPECT_EQ(badge_of(sample), "brightgreen: 4 passed");
  sample.run.agents.front().results[2].verdict = Verdict::kNonStrict;
  EXPECT_EQ(badge_of(sample), "yellowgreen: 4 passed, 1 non-strict");
  CaseResult& known = sample.run.agents.front().results[1];
  known.verdict = Verdict::kFail;
  known.standing = Standing::kExpected;
  EXPECT_EQ(badge_of(sample), "yellow: 3 passed, 1 known to fail");
  sample.run.agents.front().results[0].verdict = Verdict::kUnsupported;
  EXPECT_EQ(badge_of(sample), "yellow: 2 passed, 1 known to fail, 1 unsupported");
  sample.run.agents.clear();
  EXPECT_EQ(badge_of(sample), "lightgrey: nothing was tested");
}

}  // namespace
}  // namespace wsproof::conformance
