// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "conformance/report/json_report.h"
#include "conformance/report/merge.h"
#include "tests/conformance/sample_run.h"

namespace wsproof::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Only the cases at these places, as a shard has them.
NamedRun shard(const std::string& file, const SampleRun& sample,
               const std::vector<std::size_t>& places) {
  NamedRun out{file, sample.run};
  out.run.cases.clear();
  for (AgentRun& agent : out.run.agents) {
    agent.results.clear();
  }
  for (const std::size_t place : places) {
    out.run.cases.push_back(sample.run.cases[place]);
    for (std::size_t i = 0; i < out.run.agents.size(); ++i) {
      out.run.agents[i].results.push_back(sample.run.agents[i].results[place]);
    }
  }
  return out;
}

std::vector<std::string> ids(const AgentRun& agent) {
  std::vector<std::string> out;
  for (const CaseResult& one : agent.results) {
    out.push_back(one.case_id);
  }
  return out;
}

TEST(Merge, joins_the_shards_of_an_agent) {
  const SampleRun sample;
  const auto merged =
      merge_runs({shard("a.json", sample, {1, 3}), shard("b.json", sample, {0, 2})});
  ASSERT_TRUE(merged);
  EXPECT_THAT(merged->notes, ElementsAre());
  ASSERT_EQ(merged->run.agents.size(), 1U);
  EXPECT_THAT(ids(merged->run.agents[0]), ElementsAre("1.1.1", "5.9", "6.4.1", "7.1.6"));
  EXPECT_EQ(merged->run.cases, sample.run.cases);
  EXPECT_EQ(merged->run.agents[0].duration, sample.run.agents[0].duration * 2);
}

TEST(Merge, puts_other_agents_side_by_side) {
  const SampleRun sample;
  NamedRun other = shard("b.json", sample, {0});
  other.run.agents[0].agent = "Other/2.0";
  const auto merged = merge_runs({shard("a.json", sample, {0, 1, 2, 3}), other});
  ASSERT_TRUE(merged);
  ASSERT_EQ(merged->run.agents.size(), 2U);
  EXPECT_EQ(merged->run.agents[1].agent, "Other/2.0");
  EXPECT_EQ(merged->run.cases.size(), 4U);
}

TEST(Merge, of_one_run_changes_nothing) {
  SampleRun sample;
  sample.with_perfect_agent();
  const auto merged = merge_runs({{"a.json", sample.run}});
  ASSERT_TRUE(merged);
  EXPECT_EQ(json_report(merged->run), json_report(sample.run));
}

TEST(Merge, names_what_is_there_twice) {
  const SampleRun sample;
  const auto merged =
      merge_runs({shard("a.json", sample, {0, 1}), shard("b.json", sample, {0, 1, 2})});
  ASSERT_TRUE(merged);
  EXPECT_THAT(merged->notes,
              ElementsAre("2 cases of Sample/1.0 are both in a.json and in b.json, with the same "
                          "verdict; what a.json says is kept: 1.1.1, 5.9"));
  EXPECT_THAT(ids(merged->run.agents[0]), ElementsAre("1.1.1", "5.9", "6.4.1"));
}

TEST(Merge, keeps_the_worse_of_two_verdicts_and_says_so) {
  const SampleRun sample;
  NamedRun better = shard("a.json", sample, {1});
  better.run.agents[0].results[0].verdict = Verdict::kPass;
  for (const bool swapped : {false, true}) {
    std::vector<NamedRun> runs{better, shard("b.json", sample, {1})};
    if (swapped) {
      std::swap(runs[0], runs[1]);
    }
    const auto merged = merge_runs(runs);
    ASSERT_TRUE(merged);
    ASSERT_EQ(merged->notes.size(), 1U);
    EXPECT_THAT(merged->notes[0], HasSubstr("different verdicts; what b.json says is kept: 5.9"));
    EXPECT_EQ(merged->run.agents[0].results[0].verdict, Verdict::kFail);
  }
}

TEST(Merge, prefers_a_case_that_ran) {
  const SampleRun sample;
  NamedRun early = shard("a.json", sample, {0});
  early.run.agents[0].results[0].ran = false;
  early.run.agents[0].results[0].verdict = Verdict::kFail;
  early.run.agents[0].end = AgentRun::End::kInterrupted;
  early.run.agents[0].end_reason = "the run was interrupted (SIGINT)";
  const auto merged = merge_runs({early, shard("b.json", sample, {0})});
  ASSERT_TRUE(merged);
  EXPECT_TRUE(merged->run.agents[0].results[0].ran);
  EXPECT_EQ(merged->run.agents[0].results[0].verdict, Verdict::kPass);
  EXPECT_EQ(merged->run.agents[0].end, AgentRun::End::kInterrupted);
}

TEST(Merge, counts_times_from_the_earliest_start) {
  const SampleRun sample;
  NamedRun later = shard("b.json", sample, {1});
  later.run.started += std::chrono::seconds(10);
  const auto merged = merge_runs({later, shard("a.json", sample, {0})});
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->run.started, sample.run.started);
  EXPECT_EQ(merged->run.duration, sample.run.duration + std::chrono::seconds(10));
  const CaseResult& result = merged->run.agents[0].results[1];
  const CaseResult& before = sample.run.agents[0].results[1];
  EXPECT_EQ(result.started, before.started + std::chrono::seconds(10));
  EXPECT_EQ(result.transcript[0].at, before.transcript[0].at + std::chrono::seconds(10));
  EXPECT_EQ(result.findings[0].at, before.findings[0].at + std::chrono::seconds(10));
}

TEST(Merge, keeps_how_far_the_cases_were_shortened) {
  const SampleRun sample;
  NamedRun a = shard("a.json", sample, {0});
  NamedRun b = shard("b.json", sample, {1});
  a.run.messages = b.run.messages = 5;
  auto merged = merge_runs({a, b});
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->run.messages, 5U);
  EXPECT_THAT(merged->notes, ElementsAre());

  b.run.messages = 1;
  const std::vector<std::string> note{
      "--messages shortened the cases of a.json to 5 messages and those of b.json to 1 message; "
      "the least is what the whole says"};
  merged = merge_runs({a, b});
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->run.messages, 1U);
  EXPECT_EQ(merged->notes, note);

  a.run.messages.reset();
  for (const bool swapped : {false, true}) {
    merged = swapped ? merge_runs({b, a}) : merge_runs({a, b});
    ASSERT_TRUE(merged);
    EXPECT_EQ(merged->run.messages, 1U);
    ASSERT_EQ(merged->notes.size(), 1U);
    EXPECT_THAT(merged->notes[0], HasSubstr("a.json not at all"));
  }

  b.run.messages.reset();
  merged = merge_runs({a, b});
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->run.messages, std::nullopt);
}

TEST(Merge, keeps_what_programs_printed) {
  const SampleRun sample;
  NamedRun a = shard("a.json", sample, {0});
  NamedRun b = shard("b.json", sample, {1});
  b.run.agents[0].program_output = {"about to die"};
  auto merged = merge_runs({a, b});
  ASSERT_TRUE(merged);
  EXPECT_THAT(merged->run.agents[0].program_output, ElementsAre("about to die"));
  a.run.agents[0].program_output = {"so long"};
  merged = merge_runs({a, b});
  ASSERT_TRUE(merged);
  EXPECT_THAT(merged->run.agents[0].program_output, ElementsAre("so long", "about to die"));
}

TEST(Merge, does_not_mix_servers_and_clients) {
  const SampleRun sample;
  NamedRun clients = shard("b.json", sample, {0});
  clients.run.peer = Role::kClient;
  const auto merged = merge_runs({shard("a.json", sample, {0}), clients});
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error(), "a.json is about servers and b.json about clients; they do not mix");
}

TEST(Merge, names_other_versions_and_other_cases) {
  const SampleRun sample;
  SampleRun other;
  NamedRun second{"b.json", other.run};
  second.run.version = "1.0.0";
  second.run.agents[0].agent = "Other";
  Case changed = *other.run.cases[0];
  changed.title = "Something else";
  second.run.cases[0] = &changed;
  const auto merged = merge_runs({{"a.json", sample.run}, second});
  ASSERT_TRUE(merged);
  EXPECT_THAT(
      merged->notes,
      ElementsAre("b.json has other cases under the ids 1.1.1; those of earlier files stand",
                  "a.json was written by wsproof 9.8.7 and b.json by 1.0.0"));
}

}  // namespace
}  // namespace wsproof::conformance
