// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "conformance/catalogue/case.h"

namespace wsproof::conformance {

/// The cases that the program carries, or those of the folder where one is given. Throws
/// UsageError.
[[nodiscard]] std::vector<Case> load_cases(const std::string& folder);

/// Selects by patterns; nothing selected is an error, too. A pattern that matches nothing is
/// answered with the nearest ids. Throws UsageError.
[[nodiscard]] std::vector<const Case*> select_or_explain(const std::vector<Case>& catalogue,
                                                         const std::vector<std::string>& include,
                                                         const std::vector<std::string>& exclude);

/// The same, but only the cases for endpoints of that role.
[[nodiscard]] std::vector<const Case*> select_for(Role peer, const std::vector<Case>& catalogue,
                                                  const std::vector<std::string>& include,
                                                  const std::vector<std::string>& exclude);

/// At most three ids that share most of their numbers with the pattern; empty where it has none.
[[nodiscard]] std::vector<std::string> nearest_ids(const std::vector<Case>& catalogue,
                                                   const std::string& pattern);

}  // namespace wsproof::conformance
