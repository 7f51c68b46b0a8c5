// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "conformance/engine/engine.h"

/// Results that no single connection gives.
namespace wsproof::conformance {

/// The case did not run: FAIL, for the reason given, a sentence without its full stop.
[[nodiscard]] CaseResult not_run(const Case& test_case, const EngineOptions& options,
                                 const std::string& reason, Time now);

/// The case needs a feature that cannot be provided here: UNSUPPORTED.
[[nodiscard]] CaseResult unsupported(const Case& test_case, const std::string& feature, Time now);

/// How many connections the case consists of, side by side and in turn.
[[nodiscard]] std::size_t connections_of(const Case& test_case);

/// One result of several connections of the same case, of which there is at least one: the worst,
/// which says which connection it was; the time from the first start to the last end.
[[nodiscard]] CaseResult worst(std::vector<CaseResult> results);

}  // namespace wsproof::conformance
