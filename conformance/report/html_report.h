// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "conformance/report/run.h"

namespace wsproof::conformance {

/// index.html: one file that needs nothing else, for a person with a browser. What it shows is in
/// it as JSON, from which report.js draws; whatever a peer sent stays text. Of cases that passed,
/// the wire log is shortened; wsproof.json has all of it.
[[nodiscard]] std::string html_report(const Run& run);

}  // namespace wsproof::conformance
