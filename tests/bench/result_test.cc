// SPDX-License-Identifier: Apache-2.0
#include "bench/load/result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wsproof::load {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Result some_result() {
  Result result;
  result.name = "echo";
  result.items = 1'000;
  result.seconds = 2;
  result.connections = 10;
  result.own_cpu_seconds = 1;
  result.timeline = {400, 600};
  result.server = ServerUse{1.9, 10'000, 30'000};
  result.latency.record(500, 1'000);
  return result;
}

TEST(Result, KnowsWhatEachItemCost) {
  const Result result = some_result();
  EXPECT_DOUBLE_EQ(result.rate(), 500);
  EXPECT_DOUBLE_EQ(result.server_cpu_per_item().value(), 1'900);
  EXPECT_DOUBLE_EQ(result.memory_per_connection().value(), 2'000);
  EXPECT_THAT(result.warnings(), IsEmpty());
}

TEST(Result, KnowsNothingOfAServerThatIsElsewhere) {
  Result result = some_result();
  result.server.reset();
  EXPECT_FALSE(result.server_cpu_per_item());
  EXPECT_FALSE(result.memory_per_connection());
}

TEST(Result, WarnsWhereTheGeneratorWasTheBottleneck) {
  Result result = some_result();
  result.own_cpu_seconds = 1.95;
  EXPECT_THAT(result.warnings(), IsEmpty()) << "the server was as busy";
  result.server->cpu_seconds = 1;
  EXPECT_THAT(result.warnings(), ElementsAre(HasSubstr("the generator was the bottleneck")));
  result.server.reset();
  EXPECT_THAT(result.warnings(), ElementsAre(HasSubstr("busy for 98 %")));
}

TEST(Result, WarnsWhereTheGeneratorWasLate) {
  Result result = some_result();
  result.open_loop = true;
  result.lag.record(100'000, 1'000);
  EXPECT_THAT(result.warnings(), IsEmpty());
  result.lag.record(3'000'000, 20);
  EXPECT_THAT(result.warnings(), ElementsAre(HasSubstr("the generator was late")));
}

TEST(Result, MergesAsIfOneGeneratorHadDoneIt) {
  Result result = some_result();
  result.failures["refused"] = 1;
  Result other = some_result();
  other.seconds = 1.9;
  other.timeline = {100, 200, 300};
  other.failures = {{"refused", 2}, {"silent", 1}};
  other.server->cpu_seconds = 1.8;
  merge(result, other);
  EXPECT_EQ(result.items, 2'000U);
  EXPECT_EQ(result.connections, 20U);
  EXPECT_EQ(result.seconds, 2);
  EXPECT_THAT(result.timeline, ElementsAre(500, 800, 300));
  EXPECT_EQ(result.latency.count(), 2'000U);
  EXPECT_EQ(result.generators, 2U);
  EXPECT_EQ(result.failure_count(), 4U);
  EXPECT_EQ(result.server->cpu_seconds, 1.9) << "it is one server";
}

}  // namespace
}  // namespace wsproof::load
