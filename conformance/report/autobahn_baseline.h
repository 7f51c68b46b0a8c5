// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/catalogue/case.h"
#include "conformance/engine/result.h"
#include "conformance/report/expectations.h"

namespace wsproof::conformance {

/// One agent of an index.json that Autobahn, or wsproof, has written.
struct AutobahnAgent {
  struct Entry {
    std::string case_id;
    Behavior behavior = Behavior::kFailed;
    CloseBehavior close_behavior = CloseBehavior::kFailed;
  };
  std::string agent;
  std::vector<Entry> entries;
};

/// Reads an index.json. The error is one sentence that begins with the file and names the place.
[[nodiscard]] tl::expected<std::vector<AutobahnAgent>, std::string> read_autobahn_index(
    const std::string& name, std::string_view text);

/// Autobahn's pair as one word, by its rules: FAIL where the behaviour is FAILED or the connection
/// ended in another way than OK or INFORMATIONAL.
[[nodiscard]] Verdict autobahn_verdict(Behavior behavior, CloseBehavior close);

/// The agent's entries as expectations: what failed may fail, what was NON-STRICT may be that or
/// pass, what was UNIMPLEMENTED is UNSUPPORTED. The others are not listed, so they may not fail.
/// Cases that the catalogue does not have are left out.
[[nodiscard]] Expectations autobahn_expectations(const std::string& name,
                                                 const AutobahnAgent& agent,
                                                 const std::vector<Case>& catalogue);

}  // namespace wsproof::conformance
