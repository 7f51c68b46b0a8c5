// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "conformance/catalogue/case.h"
#include "conformance/engine/observation.h"

/// Sentences for people about a case and what came of it. They judge nothing.
namespace wsproof::conformance {

/// What the peer may answer to the steps.
[[nodiscard]] std::string acceptable_events(const Case& test_case, Role peer);
/// How the connection may end.
[[nodiscard]] std::string acceptable_close(const Case& test_case, Role peer);
/// What came in place of it.
[[nodiscard]] std::string account_of_events(const Case& test_case, const Observation& seen);
[[nodiscard]] std::string account_of_opening(const Observation& seen);
[[nodiscard]] std::string account_of_close(const Case& test_case, const Observation& seen);

/// The tester's own Close in this case is faulty, and its answer must say so.
[[nodiscard]] bool sends_faulty_close(const Case& test_case);

}  // namespace wsproof::conformance
