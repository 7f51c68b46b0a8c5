// SPDX-License-Identifier: Apache-2.0
#include "conformance/runner/verdicts.h"

#include <fmt/format.h>

#include <algorithm>

namespace wsproof::conformance {

CaseResult not_run(const Case& test_case, const EngineOptions& options, const std::string& reason,
                   Time now) {
  // The engine knows what would have been acceptable.
  Engine engine(test_case, options);
  engine.abandon(reason, now);
  CaseResult result = engine.result();
  result.case_id = test_case.id;
  result.behavior = Behavior::kFailed;
  result.close_behavior = CloseBehavior::kFailed;
  result.verdict = Verdict::kFail;
  result.happened = "the case did not run: " + reason;
  result.close_happened.clear();
  result.difference.clear();
  result.findings.clear();
  result.transcript.clear();
  result.started = now;
  result.duration = Time{};
  result.ran = false;
  return result;
}

CaseResult unsupported(const Case& test_case, const std::string& feature, Time now) {
  CaseResult result;
  result.case_id = test_case.id;
  result.behavior = Behavior::kUnimplemented;
  result.close_behavior = CloseBehavior::kUnimplemented;
  result.verdict = Verdict::kUnsupported;
  result.happened = fmt::format("the case did not run: it needs {}, which is not there", feature);
  result.started = now;
  return result;
}

std::size_t connections_of(const Case& test_case) {
  return std::size_t{std::max(test_case.repeat, 1U)} * std::max(test_case.connections, 1U);
}

CaseResult worst(std::vector<CaseResult> results) {
  if (results.size() == 1) {
    return std::move(results.front());
  }
  Time start = results.front().started;
  Time end = start;
  for (const CaseResult& one : results) {
    start = std::min(start, one.started);
    end = std::max(end, one.started + one.duration);
  }
  const auto found = std::max_element(results.begin(), results.end(),
                                      [](const CaseResult& a, const CaseResult& b) {
                                        return badness(a.verdict) < badness(b.verdict);
                                      });
  const auto number = found - results.begin() + 1;
  CaseResult out = std::move(*found);
  if (out.verdict != Verdict::kPass) {
    out.happened = fmt::format("on connection {} of {}: {}", number, results.size(), out.happened);
  }
  out.started = start;
  out.duration = end - start;
  return out;
}

}  // namespace wsproof::conformance
