// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "bench/load/result.h"

namespace wsproof::load {

/// Results as Google Benchmark lays out its own, so that what reads those reads these; with all
/// that a later merge needs under "wsproof_load".
[[nodiscard]] std::string to_json(const std::vector<Result>& results);

/// Reads what to_json() wrote. The error is one sentence, without the name of the file.
[[nodiscard]] tl::expected<std::vector<Result>, std::string> from_json(std::string_view text);

}  // namespace wsproof::load
