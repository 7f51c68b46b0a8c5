// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "conformance/catalogue/case.h"
#include "conformance/catalogue/json_value.h"

namespace wsproof::conformance {

/// A case as it was written, and where its id stands.
struct LocatedCase {
  Case test_case;
  JsonValue id;
};

/// All cases of a parsed file, in the order of the file: tables expanded, defaults inherited, each
/// case checked by itself.
[[nodiscard]] std::vector<LocatedCase> read_family(const JsonValue& file);

}  // namespace wsproof::conformance
