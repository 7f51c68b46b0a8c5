// SPDX-License-Identifier: Apache-2.0
// The whole catalogue against an endpoint of our own, in memory and in virtual time.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "conformance/catalogue/catalogue.h"
#include "tests/conformance/engine_loopback.h"
#include "tests/support/endpoint.h"

namespace wsproof::test {
namespace {

using conformance::Case;
using conformance::CaseResult;
using conformance::EngineOptions;
using conformance::Settle;
using conformance::Verdict;

const std::vector<Case>& catalogue() {
  static const std::vector<Case> cases =
      conformance::load_catalogue(conformance::embedded_case_files());
  return cases;
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
    EchoEndpoint endpoint(peer);
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
