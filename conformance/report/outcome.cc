// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/outcome.h"

#include "conformance/report/failure.h"

namespace wsproof::conformance {

Outcome outcome_of(const AgentRun& agent, const CaseResult& result) {
  if (result.verdict == Verdict::kFail) {
    const bool untested = !result.ran || agent.end == AgentRun::End::kUnreachable;
    return untested ? Outcome::kError : Outcome::kFailure;
  }
  return result.verdict == Verdict::kUnsupported ? Outcome::kSkipped : Outcome::kPassed;
}

std::string outcome_sentence(const AgentRun& agent, const CaseResult& result) {
  switch (outcome_of(agent, result)) {
    case Outcome::kPassed:
      return {};
    case Outcome::kSkipped:
      return result.happened;
    case Outcome::kFailure:
      return failure_sentence(result);
    case Outcome::kError:
      return agent.end_reason.empty() ? result.happened : agent.end_reason;
  }
  return {};
}

}  // namespace wsproof::conformance
