// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's
class App;
}

namespace wsproof {

/// Help texts that fit into 80 columns, of each program alike. Called before commands are added,
/// which do likewise then.
void fit_help(CLI::App& app);

/// Text of ASCII whose lines, where they have more than `width` columns, are broken at blanks; a
/// word longer than that has a line of its own. Each line but the first begins with `indent`
/// blanks.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t width, std::size_t indent = 0);

}  // namespace wsproof
