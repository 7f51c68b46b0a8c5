// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "conformance/report/run.h"

namespace wsproof::conformance {

/// GitHub shows ten errors of a step and drops the others without a word; two are left for others.
inline constexpr std::size_t kMaxAnnotations = 8;

/// Workflow commands that annotate a GitHub Actions run: a line for each target that was lost and
/// for each kind of failure, at most `limit` in all. Where there are more, the last says how many.
[[nodiscard]] std::string github_annotations(const Run& run, std::size_t limit = kMaxAnnotations);

}  // namespace wsproof::conformance
