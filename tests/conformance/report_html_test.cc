// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "conformance/report/html_report.h"
#include "tests/conformance/sample_run.h"

namespace wsproof::conformance {
namespace {

constexpr std::string_view kDataStart = "<script type=\"application/json\" id=\"data\">";

/// What stands in the page between the tags of its data.
std::string data_text(const std::string& page) {
  const std::size_t start = page.find(kDataStart) + kDataStart.size();
  return page.substr(start, page.find("</script>", start) - start);
}

nlohmann::json data_of(const SampleRun& sample) {
  return nlohmann::json::parse(data_text(html_report(sample.run)));
}

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t out = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++out;
  }
  return out;
}

TEST(Html, is_one_file_that_asks_for_nothing) {
  const SampleRun sample;
  const std::string page = html_report(sample.run);
  EXPECT_TRUE(page.starts_with("<!doctype html>"));
  EXPECT_TRUE(page.ends_with("</html>\n"));
  EXPECT_EQ(page.find("{{"), std::string::npos);
  EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
  for (const char* part : {"<link rel=\"stylesheet", "src=", "@import", "url(", "fetch("}) {
    EXPECT_EQ(page.find(part), std::string::npos) << part;
  }
}

TEST(Html, holds_agents_cases_and_results) {
  SampleRun sample;
  sample.with_perfect_agent();
  const auto data = data_of(sample);
  ASSERT_EQ(data["cases"].size(), 4U);
  EXPECT_EQ(data["cases"][1]["title"], "Text message after a continuation that continues nothing");
  EXPECT_EQ(data["cases"][1]["spec"], nlohmann::json::parse(R"([[6455, "5.4"]])"));
  EXPECT_EQ(data["cases"][1]["level"], "MUST");
  ASSERT_EQ(data["agents"].size(), 2U);
  const auto& result = data["agents"][0]["results"][1];
  EXPECT_EQ(result["case"], 1);
  EXPECT_EQ(result["verdict"], "FAIL");
  EXPECT_EQ(result["behavior"], "FAILED");
  EXPECT_EQ(result["closeBehavior"], "FAILED BY CLIENT");
  EXPECT_EQ(result["findings"][0]["sentence"], "the server went on after a violation");
}

TEST(Html, draws_frames_of_both_directions) {
  const SampleRun sample;
  const auto data = data_of(sample);
  const auto& timeline = data["agents"][0]["results"][1]["timeline"];
  const auto expected = nlohmann::json::parse(R"([
    {"at": 0.0, "way": "", "name": "TCP connected"},
    {"at": 0.0, "way": ">", "name": "handshake", "octets": "GET / HTTP/1.1\\r\\nHost: a"},
    {"at": 0.4, "way": "<", "name": "handshake",
     "octets": "HTTP/1.1 101 Switching Protocols\\r\\nServer: Sample/1.0"},
    {"at": 0.4, "way": ">", "name": "continuation FIN=0 RSV=4", "size": 2, "octets": "00 ff"},
    {"at": 0.9, "way": "<", "name": "text", "size": 5, "octets": "\"Hello\""},
    {"at": 0.9, "way": "<", "name": "ping", "size": 0, "times": 2},
    {"at": 1001.0, "way": ">", "name": "TCP dropped", "ends": true}])");
  EXPECT_EQ(timeline, expected) << timeline.dump(1);
}

TEST(Html, shortens_what_passed_and_long_floods) {
  SampleRun sample;
  auto& results = sample.run.agents[0].results;
  for (const std::size_t place : {0U, 1U}) {
    for (int i = 0; i < 1000; ++i) {
      TranscriptEntry entry = results[place].transcript[4];
      entry.octets = std::to_string(i);
      results[place].transcript.push_back(entry);
    }
  }
  const auto data = data_of(sample);
  EXPECT_EQ(data["agents"][0]["results"][0]["timeline"].size(), 11U);
  EXPECT_EQ(data["agents"][0]["results"][1]["timeline"].size(), 121U);
  EXPECT_EQ(data["agents"][0]["results"][0]["timeline"][5]["name"], "998 lines not shown here");
}

TEST(Html, tells_equal_findings_once) {
  SampleRun sample;
  auto& findings = sample.run.agents[0].results[1].findings;
  findings.resize(1);
  findings.resize(500, findings[0]);
  const auto data = data_of(sample);
  const auto& told = data["agents"][0]["results"][1]["findings"];
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0]["times"], 500);
}

TEST(Html, gives_a_hostile_peer_no_way_out_of_its_strings) {
  SampleRun sample;
  const std::string plain = html_report(sample.run);
  sample.with_hostile_peer();
  sample.run.agents[0].target = "<!--<script>{{script}}";
  sample.run.agents[0].end_reason = "{{data}}</SCRIPT ><img src=x onerror=alert(1)>";
  const std::string page = html_report(sample.run);
  EXPECT_EQ(times(page, "</script"), times(plain, "</script"));
  EXPECT_EQ(times(page, "<script"), times(plain, "<script"));
  EXPECT_EQ(page.find("<img"), std::string::npos);
  const std::string data = data_text(page);
  EXPECT_EQ(data.find_first_of("<&"), std::string::npos);
  for (const char c : data) {
    ASSERT_TRUE(static_cast<unsigned char>(c) >= ' ') << static_cast<int>(c);
  }
  EXPECT_EQ(nlohmann::json::parse(data)["agents"][0]["target"], "<!--<script>{{script}}");
}

TEST(Html, stays_small) {
  SampleRun sample;
  sample.run.agents.clear();
  for (int i = 0; i < 3; ++i) {
    sample.with_perfect_agent();
  }
  const std::size_t base = html_report(sample.run).size();
  for (AgentRun& agent : sample.run.agents) {
    const CaseResult one = agent.results[0];
    agent.results.resize(517, one);
  }
  EXPECT_LT(html_report(sample.run).size() - base, 2'500'000U);
}

}  // namespace
}  // namespace wsproof::conformance
