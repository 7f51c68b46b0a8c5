// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "conformance/report/run.h"

namespace wsproof::conformance {

/// junit.xml, as Surefire's schema (version 3.0) has it, which knows a single suite: each agent is
/// a package, each family a class, each case a test. Wrong behaviour is a failure; a target that
/// was not reached, or a case that did not run, an error; what is not supported is skipped.
[[nodiscard]] std::string junit_report(const Run& run);

}  // namespace wsproof::conformance
