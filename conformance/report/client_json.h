// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "conformance/catalogue/case.h"
#include "conformance/engine/result.h"

/// What clients under test are told while they run.
namespace wsproof::conformance {

/// {"id": "1.1.1", "description": "..."}, as the Autobahn Testsuite answers /getCaseInfo.
[[nodiscard]] std::string case_info_json(const Case& test_case);

/// {"behavior": "OK"}, as it answers /getCaseStatus.
[[nodiscard]] std::string case_status_json(const CaseResult& result);

/// A list of {"id", "verdict", "behavior", "behaviorClose", "happened", "milliseconds"}.
[[nodiscard]] std::string client_results_json(const std::vector<const CaseResult*>& results);

}  // namespace wsproof::conformance
