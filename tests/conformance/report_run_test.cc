// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "conformance/report/run.h"
#include "tests/conformance/sample_run.h"

namespace wsproof::conformance {
namespace {

TEST(Run, counts_a_failure_that_nobody_spoke_of) {
  const SampleRun sample;
  const Counts counts = count(sample.run.agents[0]);
  EXPECT_EQ(counts.total, 4);
  EXPECT_EQ(counts.unexpected, 1);
  EXPECT_TRUE(is_unexpected(sample.run.agents[0].results[1]));
  EXPECT_FALSE(is_unexpected(sample.run.agents[0].results[2])) << "NON-STRICT is put up with";
}

TEST(Run, counts_what_did_not_run_apart_from_what_failed) {
  SampleRun sample;
  sample.run.agents[0].results[1].ran = false;
  EXPECT_EQ(count(sample.run.agents[0]).not_run, 0) << "the run is complete: it was found out";
  EXPECT_STREQ(verdict_word(sample.run.agents[0], sample.run.agents[0].results[1]), "FAIL");
  sample.run.agents[0].end = AgentRun::End::kDied;
  EXPECT_STREQ(verdict_word(sample.run.agents[0], sample.run.agents[0].results[1]), "NOT RUN");
  EXPECT_STREQ(verdict_word(sample.run.agents[0], sample.run.agents[0].results[0]), "PASS");
  const Counts counts = count(sample.run.agents[0]);
  EXPECT_EQ(counts.total, 4);
  EXPECT_EQ(counts.failed, 0);
  EXPECT_EQ(counts.not_run, 1);
  EXPECT_EQ(counts.unexpected, 1) << "nothing is known of it, and that is no success";
}

TEST(Run, counts_by_standing_where_there_is_one) {
  SampleRun sample;
  auto& results = sample.run.agents[0].results;
  results[0].standing = Standing::kUnexpected;  // PASS
  results[1].standing = Standing::kTolerated;   // FAIL
  results[2].standing = Standing::kExpected;    // NON-STRICT
  const Counts counts = count(sample.run.agents[0]);
  EXPECT_EQ(counts.unexpected, 1);
  EXPECT_EQ(counts.tolerated, 1);
  EXPECT_EQ(counts.as_expected, 1);
  EXPECT_TRUE(is_unexpected(results[0]));
  EXPECT_FALSE(is_unexpected(results[1]));
}

TEST(Run, proves_nothing_where_all_is_unsupported) {
  SampleRun sample;
  AgentRun& agent = sample.run.agents[0];
  EXPECT_EQ(nothing_proven(agent), "");
  EXPECT_FALSE(is_unproven(sample.run, agent));
  for (CaseResult& result : agent.results) {
    result.verdict = Verdict::kUnsupported;
  }
  EXPECT_EQ(nothing_proven(agent), "nothing was proven: all 4 cases are unsupported");
  EXPECT_TRUE(is_unproven(sample.run, agent));
  sample.run.shard = {1, 2};
  EXPECT_FALSE(is_unproven(sample.run, agent)) << "the other shard may prove something";
  sample.run.shard = {};
  for (CaseResult& result : agent.results) {
    EXPECT_TRUE(is_unproven(sample.run, agent)) << "not all of them were expected";
    result.standing = Standing::kExpected;
  }
  EXPECT_FALSE(is_unproven(sample.run, agent));
  EXPECT_NE(nothing_proven(agent), "");
  agent.results.resize(1);
  EXPECT_EQ(nothing_proven(agent), "nothing was proven: the only case is unsupported");
  agent.end = AgentRun::End::kDied;
  EXPECT_EQ(nothing_proven(agent), "") << "why it ended is what matters";
}

TEST(Run, counts_the_cases_that_an_agent_did_not_have) {
  SampleRun sample;
  AgentRun& agent = sample.run.agents[0];
  EXPECT_EQ(cases_not_had(sample.run, agent), 0U);
  agent.results.erase(agent.results.begin() + 1);
  EXPECT_EQ(cases_not_had(sample.run, agent), 1U);
  EXPECT_EQ(find_result(agent, "5.9"), nullptr);
  EXPECT_EQ(find_result(agent, "6.4.1"), &agent.results[1]);
}

TEST(Run, finds_a_case_by_its_id) {
  const SampleRun sample;
  EXPECT_EQ(find_case(sample.run, "5.9")->id, "5.9");
  EXPECT_EQ(find_case(sample.run, "5"), nullptr);
}

}  // namespace
}  // namespace wsproof::conformance
