// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <vector>

#include "conformance/runner/cost.h"

namespace wsproof::conformance {

/// Adds --shard i/n, which runs one of n parts of the cases. Both commands that run cases have it.
void add_shard_option(CLI::App& command, Shard& shard);

/// The cases of that part. Throws UsageError where there is none: more parts than cases.
[[nodiscard]] std::vector<const Case*> select_shard(const std::vector<const Case*>& cases,
                                                    Shard shard);

}  // namespace wsproof::conformance
