// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "bench/load/result.h"

namespace wsproof::load {

/// One page with all that it needs, for any number of results: a table, the latencies by
/// percentile, the rate over time, and the results of the same work side by side.
[[nodiscard]] std::string html_report(const std::vector<Result>& results);

}  // namespace wsproof::load
