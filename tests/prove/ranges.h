// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "conformance/catalogue/case.h"
#include "tests/prove/matrix.h"

namespace wsproof::prove {

/// The ids of the cases with this mark, three and more in a row as a range: "1.1.2, 6.6.1-6.6.4".
[[nodiscard]] std::string marked_cases(const std::vector<const conformance::Case*>& cases,
                                       const std::vector<Mark>& marks, Mark mark);

}  // namespace wsproof::prove
