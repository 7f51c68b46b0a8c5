// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conformance/catalogue/case.h"
#include "conformance/engine/observation.h"
#include "conformance/engine/result.h"

namespace wsproof::conformance {

/// The first layer of the verdict: what Autobahn's rules make of an observation, to the letter and
/// blind where they are blind, so that verdicts can be compared.
struct AutobahnPair {
  Behavior behavior = Behavior::kFailed;
  CloseBehavior close = CloseBehavior::kFailed;

  bool operator==(const AutobahnPair&) const = default;
};

[[nodiscard]] AutobahnPair judge_as_autobahn(const Case& test_case, const Observation& seen);

/// What a pair amounts to in one word, to tell where the two layers of verdict differ.
[[nodiscard]] Verdict summary(const AutobahnPair& pair);

}  // namespace wsproof::conformance
