// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "conformance/catalogue/case.h"

namespace wsproof::conformance {

/// How long a case takes at the most, as far as the case says it: its waits, and what it sends. For
/// comparing cases with each other only.
[[nodiscard]] Duration cost(const Case& test_case);

/// One part of a set of cases that is divided over several runs: "2/4" is the second of four.
struct Shard {
  std::size_t number = 1;
  std::size_t of = 1;
};

/// The cases of that part, in their order. The parts take about the same time, and together they
/// hold each case once. The same cases are always divided in the same way.
[[nodiscard]] std::vector<const Case*> cases_of_shard(const std::vector<const Case*>& cases,
                                                      Shard shard);

}  // namespace wsproof::conformance
