// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "conformance/engine/result.h"

namespace wsproof::conformance {

/// What went over the wire, as html/report.js draws it: a list of {at, way, name} and where they
/// apply {size, octets, times, ends}. `at` is in milliseconds from the first entry; `way` is ">"
/// from the tester, "<" from the peer, or "". Equal neighbours are one entry; of more than `limit`
/// entries the middle is left out, and said to be.
[[nodiscard]] nlohmann::ordered_json html_timeline(const CaseResult& result, std::size_t limit,
                                                   std::size_t width);

}  // namespace wsproof::conformance
