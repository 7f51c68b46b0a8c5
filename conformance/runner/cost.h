// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "conformance/catalogue/case.h"
#include "conformance/report/run.h"

namespace wsproof::conformance {

/// How long a case takes at the most, as far as the case says it: its waits, and what it sends. For
/// comparing cases with each other only.
[[nodiscard]] Duration cost(const Case& test_case);

/// The cases of that part, in their order. The parts take about the same time, and together they
/// hold each case once. The same cases are always divided in the same way.
[[nodiscard]] std::vector<const Case*> cases_of_shard(const std::vector<const Case*>& cases,
                                                      Shard shard);

}  // namespace wsproof::conformance
