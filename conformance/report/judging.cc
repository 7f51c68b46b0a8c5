// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/judging.h"

#include <fmt/format.h>

#include "conformance/report/autobahn_baseline.h"

namespace wsproof::conformance {
namespace {

std::string expectation_text(const Expectations& file, const ExpectationLine& line) {
  std::string where = file.name;
  if (line.number > 0) {
    where += fmt::format(":{}", line.number);
  }
  return fmt::format("{} ({}{}{})", verdict_words(line.verdicts), where,
                     line.reason.empty() ? "" : ": ", line.reason);
}

bool is_as_expected(const Expectations& file, const ExpectationLine& line,
                    const CaseResult& result) {
  // What Autobahn called a failure is one for as long as its rules say so, whatever ours say.
  return allows(line, result.verdict) ||
         (file.by_autobahn && allows(line, Verdict::kFail) &&
          autobahn_verdict(result.behavior, result.close_behavior) == Verdict::kFail);
}

}  // namespace

void judge(const Run& run, AgentRun& agent, const Expectations* expectations,
           const JudgingOptions& options) {
  for (CaseResult& result : agent.results) {
    result.standing = Standing::kUsual;
    result.expectation.clear();
    const ExpectationLine* line =
        expectations == nullptr ? nullptr : expectations->find(result.case_id);
    if (line != nullptr) {
      result.expectation = expectation_text(*expectations, *line);
      result.standing = is_as_expected(*expectations, *line, result) ? Standing::kExpected
                                                                     : Standing::kUnexpected;
    } else if (options.strict && result.verdict == Verdict::kNonStrict) {
      result.expectation = "PASS (--strict)";
      result.standing = Standing::kUnexpected;
    }
    const Case* test_case = find_case(run, result.case_id);
    // Levels go from must to may.
    if (test_case != nullptr && test_case->level > options.level && is_unexpected(result)) {
      result.standing = Standing::kTolerated;
    }
  }
}

}  // namespace wsproof::conformance
