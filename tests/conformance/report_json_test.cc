// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "conformance/report/autobahn_report.h"
#include "conformance/report/console.h"
#include "conformance/report/escape.h"
#include "conformance/report/json_report.h"
#include "tests/conformance/golden.h"
#include "tests/conformance/sample_run.h"

namespace wsproof::conformance {
namespace {

StoredRun read_back(const Run& run) {
  auto stored = read_json_report(json_report(run));
  EXPECT_TRUE(stored.has_value()) << (stored ? "" : stored.error());
  return stored ? std::move(*stored) : StoredRun{};
}

std::string error_of(const std::string& text) {
  const auto stored = read_json_report(text);
  return stored ? "" : stored.error();
}

TEST(JsonReport, is_as_it_is_described) {
  SampleRun sample;
  expect_golden("wsproof.json", json_report(sample.with_hostile_peer().run));
}

TEST(JsonReport, comes_back_the_same) {
  SampleRun sample;
  sample.with_hostile_peer().with_perfect_agent();
  sample.run.agents[1].end = AgentRun::End::kDied;
  sample.run.agents[1].end_reason = "the server died";
  sample.run.agents[1].program_output = {"Segmentation fault", "\xff not UTF-8"};
  sample.run.messages = 7;
  sample.run.agents[1].results[0].standing = Standing::kUnexpected;
  sample.run.agents[1].results[0].expectation = "FAIL (known.txt:3)";
  const std::string text = json_report(sample.run);
  const StoredRun stored = read_back(sample.run);
  EXPECT_EQ(json_report(stored.run), text);
  EXPECT_EQ(stored.run.messages, sample.run.messages);
  EXPECT_EQ(stored.run.agents[1].program_output, sample.run.agents[1].program_output);
}

TEST(JsonReport, gives_every_other_report_again) {
  SampleRun sample;
  sample.with_hostile_peer().with_perfect_agent();
  // Octets that are not UTF-8 are replaced in sentences of ours; everything else is kept.
  const StoredRun once = read_back(sample.run);
  const StoredRun twice = read_back(once.run);
  EXPECT_EQ(console_report(twice.run, {}), console_report(once.run, {}));
  EXPECT_EQ(autobahn_index(twice.run), autobahn_index(sample.run));
  for (std::size_t i = 0; i < sample.run.cases.size(); ++i) {
    EXPECT_EQ(autobahn_case(twice.run, twice.run.agents[0], twice.run.agents[0].results[i]),
              autobahn_case(sample.run, sample.run.agents[0], sample.run.agents[0].results[i]));
  }
}

TEST(JsonReader, takes_files_without_what_was_added_later) {
  const SampleRun sample;
  nlohmann::json report = nlohmann::json::parse(json_report(sample.run));
  EXPECT_EQ(report["agents"][0].erase("program_output"), 1U);
  EXPECT_EQ(error_of(report.dump()), "");
}

TEST(JsonReport, says_which_shard_it_is) {
  SampleRun sample;
  EXPECT_EQ(json_report(sample.run).find("\"shard\""), std::string::npos) << "it is the whole";
  EXPECT_EQ(read_back(sample.run).run.shard.of, 1U);
  sample.run.shard = {2, 4};
  const Shard shard = read_back(sample.run).run.shard;
  EXPECT_EQ(shard.number, 2U);
  EXPECT_EQ(shard.of, 4U);
}

TEST(JsonReport, cuts_large_payloads_and_says_so) {
  SampleRun sample;
  const std::string large(100'000, 'x');
  sample.run.agents[0].results[0].received[0].payload = {large, large.size()};
  const std::string text = json_report(sample.run);
  EXPECT_LT(text.size(), 20'000U);
  EXPECT_NE(text.find("\"cut\":true"), std::string::npos);
  const auto again = read_json_report(text);
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(json_report(again->run), text) << "still cut when it is written again";
  EXPECT_EQ(read_back(sample.run).run.agents[0].results[0].received[0].payload.size, 100'000U);
}

TEST(JsonReport, without_agents_or_cases_is_still_whole) {
  conformance::Run run;
  EXPECT_TRUE(nlohmann::json::accept(json_report(run)));
  EXPECT_EQ(error_of(json_report(run)),
            "/agents: is empty: nothing was tested, so there is nothing to tell");
}

TEST(JsonReader, says_what_is_wrong_and_where) {
  EXPECT_EQ(error_of("{"), "not JSON (octet 2)");
  EXPECT_EQ(error_of("[]"), "the top level: has no \"format\"");
  EXPECT_EQ(error_of("{\"format\": 2}"), "/format: is 2; this program reads format 1");
  EXPECT_EQ(error_of("{\"format\": \"1\"}"), "/format: must be an integer");

  const SampleRun sample;
  const auto with = [&](const char* pointer, const nlohmann::json& value) {
    nlohmann::json report = nlohmann::json::parse(json_report(sample.run));
    report[nlohmann::json::json_pointer(pointer)] = value;
    return error_of(report.dump());
  };
  EXPECT_EQ(with("/agents/0/results/1/verdict", "FINE"),
            "/agents/0/results/1/verdict: \"FINE\" is not one of the known names");
  EXPECT_EQ(with("/agents/0/results/1/close/local_code", 70000),
            "/agents/0/results/1/close/local_code: must be an integer within its range");
  EXPECT_EQ(with("/agents/0/results/1/close/local_code", -1),
            "/agents/0/results/1/close/local_code: must be an integer within its range");
  EXPECT_EQ(with("/agents/0/agent", {{"hex", "0g"}}), "/agents/0/agent/hex: must be hex digits");
  EXPECT_EQ(with("/cases/0/informational", 1), "/cases/0/informational: must be true or false");
  EXPECT_EQ(with("/agents", 1), "/agents: must be a list");
  EXPECT_EQ(with("/shard", {{"number", 3}, {"of", 2}}), "/shard: 3/2 is no part of a whole");
  EXPECT_EQ(with("/shard", {{"number", 0}, {"of", 2}}), "/shard: 0/2 is no part of a whole");
  EXPECT_EQ(with("/shard", {{"number", 1}}), "/shard: has no \"of\"");
}

TEST(JsonReader, survives_every_cut) {
  const SampleRun sample;
  const std::string text = json_report(sample.run);
  for (std::size_t size = 0; size + 2 < text.size(); size += 7) {
    ASSERT_FALSE(read_json_report(text.substr(0, size)).has_value()) << size;
  }
}

}  // namespace
}  // namespace wsproof::conformance
