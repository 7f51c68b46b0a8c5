// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "conformance/catalogue/case.h"
#include "tests/peers/faulty/faults.h"

namespace wsproof::prove {

/// Whether the short form of the matrix runs this case against this fault: always, unless the case
/// is of much data and the fault is not about that.
[[nodiscard]] bool belongs_to_short_form(const conformance::Case& test_case,
                                         const faulty::FaultInfo& fault);

}  // namespace wsproof::prove
