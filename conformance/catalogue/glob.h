// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace wsproof::conformance {

/// Whether `text` is `pattern` with each '*' replaced by any text, also none. Nothing else is
/// special.
[[nodiscard]] bool matches_glob(std::string_view pattern, std::string_view text);

}  // namespace wsproof::conformance
