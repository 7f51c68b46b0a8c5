// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "conformance/catalogue/case.h"

namespace wsproof::conformance {

/// Leaves of each exchange at most `messages` messages, and expects no more of them.
void shorten_exchanges(std::vector<Case>& catalogue, std::uint64_t messages);

}  // namespace wsproof::conformance
