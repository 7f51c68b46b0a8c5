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
  sample.run.agents[0].end = AgentRun::End::kDied;
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

TEST(Run, finds_a_case_by_its_id) {
  const SampleRun sample;
  EXPECT_EQ(find_case(sample.run, "5.9")->id, "5.9");
  EXPECT_EQ(find_case(sample.run, "5"), nullptr);
}

}  // namespace
}  // namespace wsproof::conformance
