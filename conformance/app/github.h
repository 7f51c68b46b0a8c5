// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "conformance/report/run.h"

namespace wsproof::conformance {

/// Prints text that may quote a peer. Within GitHub Actions, where lines of the output can be
/// commands to the runner, these are switched off meanwhile.
void print_guarded(const std::string& text);

/// Throws UsageError where the file that $GITHUB_STEP_SUMMARY names, if it names one, cannot be
/// written: "cannot write the summary FILE: Permission denied".
void check_github_summary();

/// Within GitHub Actions: prints annotations, and appends the summary to the file that
/// $GITHUB_STEP_SUMMARY names. False where that file cannot be written, which has been said on
/// standard error.
[[nodiscard]] bool tell_github(const Run& run);

}  // namespace wsproof::conformance
