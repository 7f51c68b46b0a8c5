// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "conformance/report/console.h"
#include "conformance/report/run.h"

namespace wsproof::conformance {

/// Several agents side by side, a column each: for each family how many cases passed, then the
/// verdicts of the cases where the agents differ. As wide as the options say; agents that do not
/// fit beside each other follow in a further table.
[[nodiscard]] std::string agent_table(const Run& run, const ConsoleOptions& options);

}  // namespace wsproof::conformance
