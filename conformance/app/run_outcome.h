// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "conformance/app/report_folder.h"
#include "conformance/app/run_options.h"
#include "conformance/report/run.h"

namespace wsproof::conformance {

/// The folder for report files, tried out before the run; nothing where none is asked for. Throws
/// UsageError.
[[nodiscard]] std::optional<ReportFolder> report_folder(const RunOptions& options);

/// Puts down in the run how the options shortened or divided it.
void note_options(Run& run, const RunOptions& options);

/// Judges a run that is over, writes its report files, prints its report, and returns what the
/// process returns.
[[nodiscard]] int finish_run(Run& run, const RunOptions& options, const Judge& judge,
                             const std::optional<ReportFolder>& folder);

}  // namespace wsproof::conformance
