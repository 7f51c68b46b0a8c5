// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/run.h"

#include <fmt/format.h>

#include <algorithm>

namespace wsproof::conformance {

bool is_unexpected(const CaseResult& result) {
  return result.standing == Standing::kUnexpected ||
         (result.standing == Standing::kUsual && result.verdict == Verdict::kFail);
}

bool was_not_run(const AgentRun& run, const CaseResult& result) {
  return run.end != AgentRun::End::kComplete && !result.ran && result.verdict == Verdict::kFail;
}

const char* verdict_word(const AgentRun& run, const CaseResult& result) {
  return was_not_run(run, result) ? "NOT RUN" : name(result.verdict);
}

Counts count(const AgentRun& run) {
  Counts counts;
  for (const CaseResult& result : run.results) {
    ++counts.total;
    counts.unexpected += is_unexpected(result) ? 1 : 0;
    counts.as_expected +=
        result.standing == Standing::kExpected && result.verdict != Verdict::kPass ? 1 : 0;
    counts.tolerated += result.standing == Standing::kTolerated ? 1 : 0;
    switch (result.verdict) {
      case Verdict::kPass:
        ++counts.passed;
        break;
      case Verdict::kNonStrict:
        ++counts.non_strict;
        break;
      case Verdict::kInformational:
        ++counts.informational;
        break;
      case Verdict::kUnsupported:
        ++counts.unsupported;
        break;
      case Verdict::kFail:
        ++(was_not_run(run, result) ? counts.not_run : counts.failed);
        break;
    }
  }
  return counts;
}

std::string nothing_proven(const AgentRun& run) {
  const bool all_unsupported =
      std::all_of(run.results.begin(), run.results.end(),
                  [](const CaseResult& one) { return one.verdict == Verdict::kUnsupported; });
  if (run.end != AgentRun::End::kComplete || run.results.empty() || !all_unsupported) {
    return {};
  }
  return run.results.size() == 1
             ? "nothing was proven: the only case is unsupported"
             : fmt::format("nothing was proven: all {} cases are unsupported", run.results.size());
}

bool is_unproven(const Run& run, const AgentRun& agent) {
  const bool expected =
      std::all_of(agent.results.begin(), agent.results.end(),
                  [](const CaseResult& one) { return one.standing == Standing::kExpected; });
  return run.shard.of == 1 && !expected && !nothing_proven(agent).empty();
}

const CaseResult* find_result(const AgentRun& agent, const std::string& id) {
  const auto found = std::find_if(agent.results.begin(), agent.results.end(),
                                  [&](const CaseResult& one) { return one.case_id == id; });
  return found == agent.results.end() ? nullptr : &*found;
}

std::size_t cases_not_had(const Run& run, const AgentRun& agent) {
  return static_cast<std::size_t>(
      std::count_if(run.cases.begin(), run.cases.end(),
                    [&](const Case* one) { return find_result(agent, one->id) == nullptr; }));
}

const Case* find_case(const Run& run, const std::string& id) {
  const auto found = std::find_if(run.cases.begin(), run.cases.end(),
                                  [&](const Case* one) { return one->id == id; });
  return found == run.cases.end() ? nullptr : *found;
}

}  // namespace wsproof::conformance
