// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "conformance/report/ink.h"
#include "conformance/report/run.h"

namespace wsproof::conformance {

/// One case that did not pass, told in full: id and title, the requirement with its RFC sections,
/// what was acceptable, what happened, findings, the last frames on the wire, and the command that
/// runs this case again. Ends with an empty line.
[[nodiscard]] std::string failure_block(const AgentRun& agent, const CaseResult& result,
                                        const Case* test_case, const Ink& ink, std::size_t width);

/// The command that runs the case of this id again.
[[nodiscard]] std::string rerun_command(const AgentRun& agent, const std::string& id);

}  // namespace wsproof::conformance
