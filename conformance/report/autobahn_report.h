// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/report/run.h"

/// The report files of the Autobahn Testsuite, by its own layer of verdicts: keys sorted, indent 3,
/// separators "," and ": ", ASCII only, no line end behind the last brace. Some tools read them as
/// text.
namespace wsproof::conformance {

/// The agent as it stands in file names: lower case, every run of other characters than a-z and
/// 0-9 as one underscore, not too long for a file name.
[[nodiscard]] std::string autobahn_slug(std::string_view agent);

/// The same of each agent, in their order. Of names that come to the same, as a/b and a_b do, the
/// second has "-2" behind it, and so on, which no name comes to by itself.
[[nodiscard]] std::vector<std::string> autobahn_slugs(const std::vector<AgentRun>& agents);

/// "websockets_10_case_1_2_3.json", of one of these.
[[nodiscard]] std::string autobahn_file_name(std::string_view slug, std::string_view case_id);

/// index.json: {agent: {case id: {behavior, behaviorClose, duration, remoteCloseCode,
/// reportfile}}}.
[[nodiscard]] std::string autobahn_index(const Run& run);

/// The file of one case.
[[nodiscard]] std::string autobahn_case(const Run& run, const AgentRun& agent,
                                        const CaseResult& result);

}  // namespace wsproof::conformance
