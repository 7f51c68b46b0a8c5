// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "conformance/report/run.h"

namespace wsproof::conformance {

/// summary.md, for $GITHUB_STEP_SUMMARY: counts of each agent, families where agents are compared,
/// and what failed. Well below the mebibyte that GitHub takes, whatever happened. Nothing that a
/// peer sent becomes markup.
[[nodiscard]] std::string markdown_summary(const Run& run);

}  // namespace wsproof::conformance
