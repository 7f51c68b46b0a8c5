// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "conformance/report/expectations.h"
#include "conformance/report/run.h"

namespace wsproof::conformance {

/// The text of the expectation file after what the agent's cases came to. Lines that hold stay as
/// they are, lists of several verdicts too; a line that no longer holds gets the new verdict and
/// keeps its comment; one that is no longer needed goes; FAIL and NON-STRICT that nobody listed get
/// a line with the case's title, behind the case before it. Comments, blank lines, order and the
/// cases that did not run stay.
[[nodiscard]] std::string updated_expectations(const Expectations& file, const Run& run,
                                               const AgentRun& agent);

}  // namespace wsproof::conformance
