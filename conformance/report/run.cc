// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/run.h"

#include <algorithm>

namespace wsproof::conformance {

bool is_unexpected(const CaseResult& result) {
  return result.standing == Standing::kUnexpected ||
         (result.standing == Standing::kUsual && result.verdict == Verdict::kFail);
}

Counts count(const AgentRun& run) {
  Counts counts;
  const bool cut_short = run.end != AgentRun::End::kComplete;
  for (const CaseResult& result : run.results) {
    ++counts.total;
    counts.unexpected += is_unexpected(result) ? 1 : 0;
    counts.as_expected +=
        result.standing == Standing::kExpected && result.verdict != Verdict::kPass ? 1 : 0;
    counts.tolerated += result.standing == Standing::kTolerated ? 1 : 0;
    switch (result.verdict) {
      case Verdict::kPass:
        ++counts.passed;
        break;
      case Verdict::kNonStrict:
        ++counts.non_strict;
        break;
      case Verdict::kInformational:
        ++counts.informational;
        break;
      case Verdict::kUnsupported:
        ++counts.unsupported;
        break;
      case Verdict::kFail:
        ++(cut_short && !result.ran ? counts.not_run : counts.failed);
        break;
    }
  }
  return counts;
}

const Case* find_case(const Run& run, const std::string& id) {
  const auto found = std::find_if(run.cases.begin(), run.cases.end(),
                                  [&](const Case* one) { return one->id == id; });
  return found == run.cases.end() ? nullptr : *found;
}

}  // namespace wsproof::conformance
