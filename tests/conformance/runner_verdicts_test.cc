// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "conformance/runner/runner.h"
#include "conformance/runner/verdicts.h"

namespace wsproof::conformance {
namespace {

CaseResult result_of(Verdict verdict, int start = 0, int duration = 1) {
  CaseResult out;
  out.verdict = verdict;
  out.happened = "this";
  out.started = Time(start);
  out.duration = Time(duration);
  return out;
}

/// The names that they get, and behind them the sentences about those that had to be changed.
std::vector<std::string> names(const std::vector<std::optional<std::string>>& peers,
                               const std::vector<std::string>& given) {
  std::vector<AgentRun> agents;
  for (const auto& peer : peers) {
    AgentRun agent;
    agent.target = "ws://127.0.0.1:" + std::to_string(agents.size() + 1) + '/';
    agent.results.resize(2);
    agent.results[1].peer_name = peer;
    agents.push_back(std::move(agent));
  }
  const std::vector<std::string> notes = name_agents(agents, given);
  std::vector<std::string> out(agents.size());
  std::transform(agents.begin(), agents.end(), out.begin(),
                 [](const AgentRun& agent) { return agent.agent; });
  out.insert(out.end(), notes.begin(), notes.end());
  return out;
}

TEST(Worst, takes_the_worst_and_says_which) {
  const CaseResult out = worst({result_of(Verdict::kPass, 10, 5), result_of(Verdict::kFail, 20, 5),
                                result_of(Verdict::kNonStrict, 30, 9)});
  EXPECT_EQ(out.verdict, Verdict::kFail);
  EXPECT_EQ(out.happened, "on connection 2 of 3: this");
  EXPECT_EQ(out.started, Time(10));
  EXPECT_EQ(out.duration, Time(29));
}

TEST(Worst, orders_all_verdicts) {
  const std::vector<Verdict> ascending{Verdict::kPass, Verdict::kInformational,
                                       Verdict::kUnsupported, Verdict::kNonStrict, Verdict::kFail};
  for (std::size_t i = 1; i < ascending.size(); ++i) {
    EXPECT_EQ(worst({result_of(ascending[i - 1]), result_of(ascending[i])}).verdict, ascending[i]);
    EXPECT_EQ(worst({result_of(ascending[i]), result_of(ascending[i - 1])}).verdict, ascending[i]);
  }
}

TEST(Worst, leaves_a_single_one_alone) {
  EXPECT_EQ(worst({result_of(Verdict::kFail)}).happened, "this");
}

TEST(NotRun, is_a_failure_with_its_reason) {
  Case test_case;
  test_case.id = "1.2.3";
  test_case.expect = {{Behavior::kOk, {}, ""}};
  const CaseResult out = not_run(test_case, EngineOptions{}, "the server died", Time(7));
  EXPECT_EQ(out.case_id, "1.2.3");
  EXPECT_EQ(out.verdict, Verdict::kFail);
  EXPECT_EQ(out.behavior, Behavior::kFailed);
  EXPECT_EQ(out.close_behavior, CloseBehavior::kFailed);
  EXPECT_EQ(out.happened, "the case did not run: the server died");
  EXPECT_EQ(out.duration, Time{});
}

TEST(Unsupported, names_what_is_missing) {
  const CaseResult out = unsupported(Case{}, "tls", Time{});
  EXPECT_EQ(out.verdict, Verdict::kUnsupported);
  EXPECT_NE(out.happened.find("tls"), std::string::npos);
}

TEST(AgentNames, are_given_or_the_servers_own) {
  EXPECT_EQ(names({"nginx", std::nullopt, "x"}, {"", "", "mine"}),
            (std::vector<std::string>{"nginx", "UnknownServer", "mine"}));
}

TEST(AgentNames, differ_and_a_change_is_told_once) {
  EXPECT_EQ(names({"a b", "A/B", "a b"}, {}),
            (std::vector<std::string>{
                "a b", "A/B", "a b-2",
                "ws://127.0.0.1:3/ is a b-2 in reports: another endpoint is named a b already"}));
}

TEST(AgentNames, given_differ_too) {
  EXPECT_EQ(names({"x", "y"}, {"mine", "mine"}),
            (std::vector<std::string>{
                "mine", "mine-2",
                "ws://127.0.0.1:2/ is mine-2 in reports: another endpoint is named mine already"}));
}

TEST(AgentNames, are_short_and_printable) {
  const std::string name = names({std::string("\x1b[2J") + std::string(300, 'x')}, {}).front();
  EXPECT_LE(name.size(), 60U);
  EXPECT_EQ(name.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace wsproof::conformance
