// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "bench/load/result.h"

namespace wsproof::load {

/// Reads what to_json() wrote, and refuses what no run can have found, so that whatever was read
/// can be added up and told. The error is one sentence that says where (a JSON pointer) and what,
/// without the name of the file.
[[nodiscard]] tl::expected<std::vector<Result>, std::string> from_json(std::string_view text);

}  // namespace wsproof::load
