// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "conformance/report/run.h"

namespace wsproof::conformance {

/// What a result is to a CI system, which knows fewer words than we do.
enum class Outcome : std::uint8_t {
  kPassed,
  kSkipped,  ///< unsupported, or it failed as somebody said that it would
  kFailure,  ///< the endpoint under test behaved wrongly, or better than was expected of it
  kError     ///< it could not be put to the test: unreachable, dead, or the run ended before
};

/// Whether not a single case has begun: one sentence, why the run ended, tells all there is to
/// tell.
[[nodiscard]] bool never_began(const AgentRun& agent);

[[nodiscard]] Outcome outcome_of(const AgentRun& agent, const CaseResult& result);

/// Why, in one sentence; empty for what passed.
[[nodiscard]] std::string outcome_sentence(const AgentRun& agent, const CaseResult& result);

}  // namespace wsproof::conformance
