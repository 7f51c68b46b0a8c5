// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conformance/report/expectations.h"
#include "conformance/report/run.h"

namespace wsproof::conformance {

struct JudgingOptions {
  /// Requirements below this never count against the run.
  Level level = Level::kMay;
  /// NON-STRICT counts against the run where no expectation allows it.
  bool strict = false;
};

/// Says of every result of the agent how it counts: as expected, unexpected, or below the level.
/// `expectations` is null where there is no file. What the file does not list is expected not to
/// fail.
void judge(const Run& run, AgentRun& agent, const Expectations* expectations,
           const JudgingOptions& options);

}  // namespace wsproof::conformance
