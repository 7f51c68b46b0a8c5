// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace wsproof {

/// The page that a browser gets from wsproofd: HTML with all that it needs. Part of the program.
[[nodiscard]] std::string_view page();

}  // namespace wsproof
