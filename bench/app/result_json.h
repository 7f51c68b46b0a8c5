// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "bench/load/result.h"

namespace wsproof::load {

/// Results as Google Benchmark lays out its own, so that what reads those reads these; with all
/// that a later merge needs under "wsproof_load". What is not UTF-8 in a label is replaced.
[[nodiscard]] std::string to_json(const std::vector<Result>& results);

}  // namespace wsproof::load
