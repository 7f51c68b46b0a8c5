// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "conformance/report/run.h"

namespace wsproof::conformance {

struct ConsoleOptions {
  std::size_t width = 80;
  bool colour = false;
  bool verbose = false;  ///< every failure in full, and a line for every case
  bool trace = false;    ///< every failure in full, with all that went over the wire
  /// So many failures are told in full for each agent, one of each kind: a dead server fails
  /// hundreds of cases in one way. The others are named by their ids.
  std::size_t full_failures = 10;
};

/// What the terminal shows of a finished run. Its last lines are the summaries.
[[nodiscard]] std::string console_report(const Run& run, const ConsoleOptions& options);

/// "247 cases: 244 passed, 0 non-strict, 3 informational, 0 unsupported, 0 failed in 2.1 s"
[[nodiscard]] std::string summary_line(const Counts& counts, std::chrono::microseconds duration);

/// One line for a case: verdict or NOT RUN, id, title.
[[nodiscard]] std::string case_line(const AgentRun& agent, const CaseResult& result,
                                    const Case* test_case, const ConsoleOptions& options);

}  // namespace wsproof::conformance
