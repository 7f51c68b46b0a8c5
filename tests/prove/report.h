// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tests/prove/exceptions.h"
#include "tests/prove/matrix.h"

namespace wsproof::prove {

/// For a terminal: each fault with the cases that caught it, each case with the faults that it
/// caught.
[[nodiscard]] std::string text_report(const std::vector<RoleMatrix>& matrices);

/// "faults caught 84/84 (server) 80/80 (client), cases proven 517/517 (server) 517/517 (client)".
[[nodiscard]] std::string last_line(const std::vector<RoleMatrix>& matrices);

[[nodiscard]] std::string json_report(const std::vector<RoleMatrix>& matrices,
                                      const std::vector<Exception>& exceptions);

/// One page that needs no other file.
[[nodiscard]] std::string html_report(const std::vector<RoleMatrix>& matrices,
                                      const std::vector<Exception>& exceptions);

}  // namespace wsproof::prove
