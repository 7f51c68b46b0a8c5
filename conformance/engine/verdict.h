// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "conformance/catalogue/case.h"
#include "conformance/engine/autobahn.h"
#include "conformance/engine/observation.h"
#include "conformance/engine/result.h"

namespace wsproof::conformance {

/// Both layers of the verdict, and the sentences that say why.
struct Judgement {
  AutobahnPair autobahn;
  Verdict verdict = Verdict::kFail;
  std::string acceptable;
  std::string happened;
  std::string close_acceptable;
  std::string close_happened;
  std::string difference;
};

/// The rules that turn what was seen into a verdict. Pure: the same observation, the same answer.
[[nodiscard]] Judgement judge(const Case& test_case, const Observation& seen);

}  // namespace wsproof::conformance
