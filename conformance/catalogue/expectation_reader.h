// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "conformance/catalogue/case.h"
#include "conformance/catalogue/json_value.h"

namespace wsproof::conformance {

/// The array "expect": alternatives in the order in which they are tried.
[[nodiscard]] std::vector<Alternative> read_alternatives(const JsonValue& array);

/// The array "tolerated": what our own verdict alone puts up with; each says why.
[[nodiscard]] std::vector<Alternative> read_tolerated_alternatives(const JsonValue& array);

/// The object "close".
[[nodiscard]] CloseExpectation read_close_expectation(const JsonValue& value);

}  // namespace wsproof::conformance
