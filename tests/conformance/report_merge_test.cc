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

/// The same run with a single case, as the shard of that number.
NamedRun numbered(const std::string& file, const SampleRun& sample, Shard part) {
  NamedRun out = shard(file, sample, {part.number - 1});
  out.run.shard = part;
  return out;
}

TEST(Merge, makes_a_whole_of_all_shards) {
  const SampleRun sample;
  const auto merged =
      merge_runs({numbered("b.json", sample, {2, 2}), numbered("a.json", sample, {1, 2})});
  ASSERT_TRUE(merged);
  EXPECT_THAT(merged->notes, ElementsAre());
  EXPECT_EQ(merged->run.shard.of, 1U);
}

TEST(Merge, names_the_shards_that_are_missing) {
  const SampleRun sample;
  auto merged =
      merge_runs({numbered("a.json", sample, {1, 3}), numbered("c.json", sample, {3, 3})});
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error(), "shard 2/3 of Sample/1.0 is missing");
  merged = merge_runs({numbered("a.json", sample, {1, 4}), numbered("c.json", sample, {3, 4})});
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error(), "shards 2/4, 4/4 of Sample/1.0 are missing");
  NamedRun other = numbered("b.json", sample, {2, 2});
  other.run.agents[0].agent = "Other";
  merged = merge_runs({numbered("a.json", sample, {1, 2}), other});
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error(), "shard 2/2 of Sample/1.0 is missing; shard 1/2 of Other is missing");
}

TEST(Merge, names_a_shard_that_is_given_twice) {
  const SampleRun sample;
  auto merged = merge_runs({numbered("a.json", sample, {1, 2}), numbered("b.json", sample, {2, 2}),
                            numbered("c.json", sample, {1, 2})});
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error(), "shard 1/2 of Sample/1.0 is given twice, by a.json and by c.json");
}

TEST(Merge, names_shards_of_different_wholes) {
  const SampleRun sample;
  const auto merged =
      merge_runs({numbered("a.json", sample, {1, 2}), numbered("b.json", sample, {2, 3})});
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error(),
            "a.json has shard 1/2 of Sample/1.0 and b.json shard 2/3; they do not make a whole");
}

TEST(Merge, leaves_a_single_shard_what_it_is) {
  const SampleRun sample;
  const auto merged = merge_runs({numbered("a.json", sample, {1, 2})});
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->run.shard.of, 2U);
}

TEST(Merge, keeps_other_targets_of_the_same_name_apart) {
  const SampleRun sample;
  NamedRun other = shard("b.json", sample, {0});
  other.run.agents[0].target = "ws://127.0.0.1:9009/";
  other.run.agents[0].rerun = "wsproof server ws://127.0.0.1:9009/";
  NamedRun same = other;
  same.file = "c.json";
  same.run.agents[0].results[0].case_id = "5.9";
  const std::vector<NamedRun> runs{shard("a.json", sample, {0, 1, 2, 3}), other, same};
  auto merged = merge_runs(runs);
  ASSERT_TRUE(merged);
  ASSERT_EQ(merged->run.agents.size(), 2U);
  EXPECT_EQ(merged->run.agents[0].agent, "Sample/1.0");
  EXPECT_EQ(merged->run.agents[1].agent, "Sample/1.0-2");
  EXPECT_THAT(ids(merged->run.agents[1]), ElementsAre("1.1.1", "5.9"));
  EXPECT_THAT(
      merged->notes,
      ElementsAre("Sample/1.0 in a.json and in b.json is not the same endpoint, but "
                  "ws://127.0.0.1:9001/ and ws://127.0.0.1:9009/; the second is Sample/1.0-2 here "
                  "(--join-by-name takes them for one)"));

  merged = merge_runs(runs, {.by_name = true});
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->run.agents.size(), 1U);
}

TEST(Merge, knows_a_program_by_its_command_whatever_its_port) {
  const SampleRun sample;
  NamedRun a = shard("a.json", sample, {0});
  NamedRun b = shard("b.json", sample, {1});
  a.run.agents[0].rerun = b.run.agents[0].rerun =
      "wsproof server ws://127.0.0.1:0/ -- ./my_server --port {port}";
  b.run.agents[0].target = "ws://127.0.0.1:40123/";
  const auto merged = merge_runs({a, b});
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->run.agents.size(), 1U);
}

TEST(Merge, knows_clients_that_come_by_themselves_by_their_name) {
  const SampleRun sample;
  NamedRun a = shard("a.json", sample, {0});
  NamedRun b = shard("b.json", sample, {1});
  a.run.peer = b.run.peer = Role::kClient;
  b.run.agents[0].target = "ws://127.0.0.1:40123";
  b.run.agents[0].rerun = "wsproof client --listen 127.0.0.1:40123";
  EXPECT_EQ(merge_runs({a, b})->run.agents.size(), 1U);
  // Of a program the target is its command.
  a.run.agents[0].target = "./one {url}";
  b.run.agents[0].target = "./other {url}";
  EXPECT_EQ(merge_runs({a, b})->run.agents.size(), 2U);
}

TEST(Merge, knows_by_its_target_a_server_that_was_not_reached) {
  const SampleRun sample;
  NamedRun lost = numbered("b.json", sample, {2, 2});
  lost.run.agents[0].agent = "UnknownServer";
  lost.run.agents[0].end = AgentRun::End::kUnreachable;
  for (const bool swapped : {false, true}) {
    std::vector<NamedRun> runs{numbered("a.json", sample, {1, 2}), lost};
    if (swapped) {
      std::swap(runs[0], runs[1]);
    }
    const auto merged = merge_runs(runs);
    ASSERT_TRUE(merged) << merged.error();
    ASSERT_EQ(merged->run.agents.size(), 1U);
    EXPECT_EQ(merged->run.agents[0].agent, "Sample/1.0");
    EXPECT_EQ(merged->run.agents[0].end, AgentRun::End::kUnreachable);
  }
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
