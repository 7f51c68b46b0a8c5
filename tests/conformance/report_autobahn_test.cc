// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "conformance/report/autobahn_report.h"
#include "tests/conformance/golden.h"
#include "tests/conformance/sample_run.h"

namespace wsproof::conformance {
namespace {

TEST(AutobahnSlug, keeps_letters_and_digits) {
  EXPECT_EQ(autobahn_slug("Python/3.11 websockets/10.4"), "python_3_11_websockets_10_4");
  EXPECT_EQ(autobahn_slug("--A  b--"), "_a_b_");
  EXPECT_EQ(autobahn_slug("\xc3\x84"), "_");
  EXPECT_EQ(autobahn_slug("../../etc/passwd"), "_etc_passwd");
  EXPECT_EQ(autobahn_file_name(autobahn_slug("UnknownServer"), "1.2.3"),
            "unknownserver_case_1_2_3.json");
}

TEST(AutobahnSlug, leaves_room_in_a_file_name) {
  EXPECT_EQ(autobahn_slug(std::string(300, 'a')), std::string(180, 'a'));
}

TEST(AutobahnSlug, differs_for_every_agent_of_a_run) {
  SampleRun sample;
  std::vector<AgentRun>& agents = sample.run.agents;
  agents.resize(5);
  const std::vector<std::string> names{"a/b", "a_b", "A b", "a_b_2", "a/b-2"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    agents[i].agent = names[i];
  }
  const std::vector<std::string> slugs{"a_b", "a_b-2", "a_b-3", "a_b_2", "a_b_2-2"};
  EXPECT_EQ(autobahn_slugs(agents), slugs);
}

TEST(AutobahnIndex, points_each_agent_to_files_of_its_own) {
  SampleRun sample;
  sample.with_perfect_agent();
  sample.run.agents[0].agent = "a/b";
  sample.run.agents[1].agent = "a_b";
  const auto index = nlohmann::json::parse(autobahn_index(sample.run));
  EXPECT_EQ(index["a/b"]["1.1.1"]["reportfile"], "a_b_case_1_1_1.json");
  EXPECT_EQ(index["a_b"]["1.1.1"]["reportfile"], "a_b-2_case_1_1_1.json");
}

TEST(AutobahnIndex, is_as_tools_expect_it) {
  SampleRun sample;
  expect_golden("index.json", autobahn_index(sample.with_perfect_agent().run));
}

TEST(AutobahnCase, is_as_tools_expect_it) {
  const SampleRun sample;
  const AgentRun& agent = sample.run.agents[0];
  expect_golden("case_passing.json", autobahn_case(sample.run, agent, agent.results[0]));
  expect_golden("case_failing.json", autobahn_case(sample.run, agent, agent.results[1]));
}

TEST(AutobahnCase, has_every_key_and_no_other) {
  const SampleRun sample;
  const AgentRun& agent = sample.run.agents[0];
  const auto json = nlohmann::json::parse(autobahn_case(sample.run, agent, agent.results[0]));
  std::set<std::string> keys;
  for (const auto& [key, value] : json.items()) {
    keys.insert(key);
  }
  EXPECT_EQ(keys, (std::set<std::string>{"case",
                                         "id",
                                         "description",
                                         "expectation",
                                         "agent",
                                         "started",
                                         "duration",
                                         "reportTime",
                                         "reportCompressionRatio",
                                         "behavior",
                                         "behaviorClose",
                                         "expected",
                                         "expectedClose",
                                         "received",
                                         "result",
                                         "resultClose",
                                         "wirelog",
                                         "createWirelog",
                                         "closedByMe",
                                         "failedByMe",
                                         "droppedByMe",
                                         "wasClean",
                                         "wasNotCleanReason",
                                         "wasServerConnectionDropTimeout",
                                         "wasOpenHandshakeTimeout",
                                         "wasCloseHandshakeTimeout",
                                         "localCloseCode",
                                         "localCloseReason",
                                         "remoteCloseCode",
                                         "remoteCloseReason",
                                         "isServer",
                                         "createStats",
                                         "rxOctetStats",
                                         "rxFrameStats",
                                         "txOctetStats",
                                         "txFrameStats",
                                         "httpRequest",
                                         "httpResponse",
                                         "trafficStats"}));
}

TEST(AutobahnCase, stays_json_whatever_the_peer_sent) {
  SampleRun sample;
  sample.with_hostile_peer();
  const AgentRun& agent = sample.run.agents[0];
  for (const CaseResult& result : agent.results) {
    const std::string text = autobahn_case(sample.run, agent, result);
    EXPECT_TRUE(nlohmann::json::accept(text));
    for (const char c : text) {
      ASSERT_TRUE(c == '\n' || (c >= ' ' && c <= '~'));  // ASCII only
    }
  }
  EXPECT_TRUE(nlohmann::json::accept(autobahn_index(sample.run)));
}

TEST(AutobahnCase, cuts_long_payloads_between_characters) {
  SampleRun sample;
  const std::string text = std::string(63, 'a') + "\xce\xba and more";
  CaseResult& result = sample.run.agents[0].results[0];
  result.received.resize(3);
  result.received[0].payload = {text, text.size()};
  result.received[1].kind = Event::Kind::kPong;
  result.received[1].payload = {"\xfe", 125};
  result.received[2].payload = {"ab", 64};
  const auto json = nlohmann::json::parse(autobahn_case(sample.run, sample.run.agents[0], result));
  EXPECT_EQ(json["received"][0][1], std::string(63, 'a') + " ...");
  std::string hex = "0x";
  for (int i = 0; i < 64; ++i) {
    hex += "fe";
  }
  EXPECT_EQ(json["received"][1][1], hex + " ...");
  EXPECT_EQ(json["received"][2][1].get<std::string>().size(), 64U);
}

}  // namespace
}  // namespace wsproof::conformance
