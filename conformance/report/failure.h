// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "conformance/report/ink.h"
#include "conformance/report/run.h"

namespace wsproof::conformance {

/// One case that did not pass, told in full: id and title, the requirement with its RFC sections,
/// what was acceptable, what happened, findings, the last frames on the wire, the command that runs
/// this case again, and the ids of the other cases that failed in the same way. Ends with an empty
/// line.
[[nodiscard]] std::string failure_block(const AgentRun& agent, const CaseResult& result,
                                        const Case* test_case,
                                        const std::vector<std::string>& likewise, const Ink& ink,
                                        std::size_t width, bool trace = false);

/// What went wrong, in one sentence: the first finding that is fatal, else what happened.
[[nodiscard]] std::string failure_sentence(const CaseResult& result);

/// Equal for failures that are of one kind: the sentence without its numbers, quotations and
/// octets.
[[nodiscard]] std::string failure_shape(const CaseResult& result);

/// The command that runs the case of this id again.
[[nodiscard]] std::string rerun_command(const AgentRun& agent, const std::string& id);

}  // namespace wsproof::conformance
