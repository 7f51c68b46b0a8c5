// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "conformance/catalogue/case.h"
#include "conformance/engine/result.h"
#include "tests/peers/faulty/faults.h"

namespace wsproof::prove {

/// What one case made of one endpoint, by both layers of verdict.
struct Trial {
  conformance::Verdict ours = conformance::Verdict::kFail;
  conformance::Verdict autobahn = conformance::Verdict::kFail;
  std::string account;  ///< what happened, in a sentence or two
};

/// Runs the case against the endpoint with these faults, in memory and in virtual time. The same
/// arguments give the same trial.
[[nodiscard]] Trial try_case(const conformance::Case& test_case, faulty::Role role,
                             const faulty::Faults& faults);

}  // namespace wsproof::prove
