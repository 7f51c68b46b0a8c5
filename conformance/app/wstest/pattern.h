// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wsproof::conformance::wstest {

/// Whether a pattern of `cases` or `exclude-cases` names this case. With a '*', which is any text,
/// the id need only begin as the pattern says: "7.*.1" names 7.3.1 and 7.3.10. Without one the two
/// have to be equal. The empty pattern names nothing.
[[nodiscard]] bool names_case(std::string_view pattern, std::string_view id);

/// Whether the whole text is as the pattern says, with '*' as any text: the globs of
/// `exclude-agent-cases`. The empty pattern matches nothing.
[[nodiscard]] bool matches_whole(std::string_view pattern, std::string_view text);

/// `exclude-agent-cases`: for agents that match the first, cases that match one of the second.
using AgentExclusions = std::vector<std::pair<std::string, std::vector<std::string>>>;

[[nodiscard]] bool is_excluded(const AgentExclusions& exclusions, std::string_view agent,
                               std::string_view id);

}  // namespace wsproof::conformance::wstest
