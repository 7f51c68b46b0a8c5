// SPDX-License-Identifier: Apache-2.0
// The whole catalogue against an endpoint of our own, in memory and in virtual time.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "conformance/catalogue/catalogue.h"
#include "conformance/catalogue/shorten.h"
#include "tests/conformance/case_size.h"
#include "tests/conformance/engine_loopback.h"
#include "tests/support/endpoint.h"

namespace wsproof::test {
namespace {

using conformance::Case;
using conformance::CaseResult;
using conformance::EngineOptions;
using conformance::Settle;
using conformance::Verdict;

// A few messages of each exchange show all that can go wrong in a strict peer; what a thousand of
// them cost is measured elsewhere.
constexpr std::uint64_t kFewMessages = 3;
// Octets one by one, or seven by seven, take a call each.
constexpr std::uint64_t kMostChopped = 64 * 1024;

std::vector<Case> load() { return conformance::load_catalogue(conformance::embedded_case_files()); }

const std::vector<Case>& catalogue() {
  static const std::vector<Case> cases = [] {
    std::vector<Case> loaded = load();
    conformance::shorten_exchanges(loaded, kFewMessages);
    return loaded;
  }();
  return cases;
}

EchoOptions with_deflate() {
  EchoOptions options;
  options.deflate = true;
  return options;
}

std::string account(const CaseResult& result) {
  std::string text = result.case_id + " " + name(result.verdict) + " (" +
                     autobahn_name(result.behavior) + ", " + autobahn_name(result.close_behavior) +
                     ")\n  wanted " + result.acceptable + "; " + result.close_acceptable +
                     "\n  got    " + result.happened + "; " + result.close_happened + "\n  " +
                     result.difference;
  for (const auto& finding : result.findings) text += "\n  finding: " + finding.sentence;
  return text;
}

/// Role of the peer, octets a read, settling.
class EngineCatalogueTest : public testing::TestWithParam<std::tuple<Role, std::size_t, Settle>> {};

TEST_P(EngineCatalogueTest, AStrictPeerPasses) {
  const auto& [peer, chop, settle] = GetParam();
  EngineOptions options;
  options.peer = peer;
  options.settle = settle;
  Time total{};
  for (const Case& test_case : catalogue()) {
    if (peer == Role::kServer ? !test_case.for_servers : !test_case.for_clients) continue;
    if (chop < 1000 && octets_sent(test_case) > kMostChopped) continue;
    EchoEndpoint endpoint(peer, with_deflate());
    const LoopbackRun run = run_case(test_case, options, endpoint, {.chop = chop});
    ASSERT_TRUE(run.finished) << test_case.id;
    total += run.ended;
    const Verdict expected = test_case.informational ? Verdict::kInformational : Verdict::kPass;
    EXPECT_EQ(name(run.result.verdict), std::string(name(expected))) << account(run.result);
    EXPECT_EQ(run.result.difference, "") << account(run.result);
    EXPECT_TRUE(run.result.findings.empty()) << account(run.result);
    EXPECT_TRUE(std::is_sorted(run.result.transcript.begin(), run.result.transcript.end(),
                               [](const auto& a, const auto& b) { return a.at < b.at; }))
        << account(run.result);
    if (settle == Settle::kPing) {
      EXPECT_LT(run.ended, std::chrono::milliseconds(250)) << account(run.result);
    }
  }
  RecordProperty("virtual_ms", std::to_string(total.count() / 1000));
}

/// All thousand messages, where they are small enough for a test.
class EngineFullExchangeTest : public testing::TestWithParam<Role> {};

TEST_P(EngineFullExchangeTest, EveryMessageIsEchoed) {
  EngineOptions options;
  options.peer = GetParam();
  for (const Case& test_case : load()) {
    const auto* exchange = test_case.steps.empty()
                               ? nullptr
                               : std::get_if<conformance::Exchange>(&test_case.steps.front());
    if (exchange == nullptr || exchange->message_size() > 1024) continue;
    EchoEndpoint endpoint(options.peer, with_deflate());
    const LoopbackRun run = run_case(test_case, options, endpoint);
    const CaseResult& result = run.result;
    EXPECT_EQ(result.verdict, Verdict::kPass) << account(result);
    EXPECT_EQ(result.traffic_sent.messages, 1000U) << result.case_id;
    EXPECT_EQ(result.traffic_received.messages, 1000U) << result.case_id;
    EXPECT_EQ(result.traffic_received.octets, result.traffic_sent.octets) << result.case_id;
    EXPECT_EQ(result.traffic_sent.compressed, exchange->compressed ? 1000U : 0U);
    EXPECT_EQ(result.deflate_agreed, exchange->compressed);
    EXPECT_LT(result.transcript.size(), 700U) << "the wire log is bounded";
  }
}

INSTANTIATE_TEST_SUITE_P(Roles, EngineFullExchangeTest,
                         testing::Values(Role::kServer, Role::kClient),
                         [](const testing::TestParamInfo<Role>& role) {
                           return role.param == Role::kServer ? "Server" : "Client";
                         });

INSTANTIATE_TEST_SUITE_P(
    RolesAndChops, EngineCatalogueTest,
    testing::Combine(testing::Values(Role::kServer, Role::kClient),
                     testing::Values(1, 7, std::numeric_limits<std::size_t>::max()),
                     testing::Values(Settle::kPing, Settle::kWait)),
    [](const testing::TestParamInfo<EngineCatalogueTest::ParamType>& setting) {
      const std::size_t chop = std::get<1>(setting.param);
      return std::string(std::get<0>(setting.param) == Role::kServer ? "Server" : "Client") +
             (chop > 1000 ? std::string("Whole") : "By" + std::to_string(chop)) +
             (std::get<2>(setting.param) == Settle::kPing ? "Ping" : "Wait");
    });

}  // namespace
}  // namespace wsproof::test
