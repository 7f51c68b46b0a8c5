// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/outcome.h"

#include <fmt/format.h>

#include <algorithm>

#include "conformance/report/failure.h"

namespace wsproof::conformance {
namespace {

/// Why a failure does not count, ahead of what happened; nothing for other verdicts.
std::string known_failure(const CaseResult& result) {
  if (result.verdict != Verdict::kFail) {
    return {};
  }
  return result.standing == Standing::kTolerated
             ? "fails, below the level that was asked for: "
             : fmt::format("fails as expected, {}: ", result.expectation);
}

}  // namespace

bool never_began(const AgentRun& agent) {
  return agent.end == AgentRun::End::kUnreachable ||
         (agent.end != AgentRun::End::kComplete &&
          std::none_of(agent.results.begin(), agent.results.end(),
                       [](const CaseResult& one) { return one.ran || !one.transcript.empty(); }));
}

Outcome outcome_of(const AgentRun& agent, const CaseResult& result) {
  const bool untested = !result.ran || agent.end == AgentRun::End::kUnreachable;
  if (untested && result.verdict == Verdict::kFail) {
    return Outcome::kError;
  }
  if (is_unexpected(result)) {
    return Outcome::kFailure;
  }
  const bool known = result.verdict == Verdict::kFail;  // said to fail, or below the level
  return known || result.verdict == Verdict::kUnsupported ? Outcome::kSkipped : Outcome::kPassed;
}

std::string outcome_sentence(const AgentRun& agent, const CaseResult& result) {
  switch (outcome_of(agent, result)) {
    case Outcome::kPassed:
      return {};
    case Outcome::kSkipped:
      return known_failure(result) + result.happened;
    case Outcome::kFailure:
      return result.verdict == Verdict::kFail || result.expectation.empty()
                 ? failure_sentence(result)
                 : fmt::format("came to {}; expected was {}", name(result.verdict),
                               result.expectation);
    case Outcome::kError:
      return agent.end_reason.empty() ? result.happened : agent.end_reason;
  }
  return {};
}

}  // namespace wsproof::conformance
