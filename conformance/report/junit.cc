// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/junit.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <vector>

#include "conformance/report/escape.h"
#include "conformance/report/failure.h"
#include "conformance/report/ink.h"
#include "conformance/report/names.h"
#include "conformance/report/outcome.h"

namespace wsproof::conformance {
namespace {

constexpr std::size_t kWidth = 100;

std::string attribute(std::string_view name, std::string_view value) {
  return fmt::format(" {}=\"{}\"", name, escaped_markup(printable_sentence(value)));
}

/// The schema wants no exponent and at most three decimals.
std::string time_attribute(std::chrono::microseconds time) {
  return fmt::format(" time=\"{:.3f}\"", std::chrono::duration<double>(time).count());
}

/// Readers cut class names at dots.
std::string without_dots(std::string text) {
  std::replace(text.begin(), text.end(), '.', '_');
  return text;
}

std::string property(std::string_view name, std::string_view value) {
  return "    <property" + attribute("name", name) + attribute("value", value) + "/>\n";
}

std::string properties(const Run& run) {
  std::string out = "  <properties>\n" + property("wsproof", run.version);
  for (const AgentRun& agent : run.agents) {
    out += property("agent", agent.agent) + property("target", agent.target) +
           property("end", name_of(agent.end));
    if (!agent.end_reason.empty()) {
      out += property("end.reason", agent.end_reason);
    }
    for (const std::string& line : agent.program_output) {
      out += property("program.output", printable(line));
    }
  }
  return out + "  </properties>\n";
}

/// What stands inside the element of a case; empty for one that simply passed.
std::string inside(const Run& run, const AgentRun& agent, const CaseResult& result) {
  const Outcome outcome = outcome_of(agent, result);
  const std::string message = attribute("message", outcome_sentence(agent, result));
  switch (outcome) {
    case Outcome::kPassed:
      return result.verdict == Verdict::kPass
                 ? std::string()
                 : fmt::format("<system-out>{}: {}</system-out>", name(result.verdict),
                               escaped_markup(printable_sentence(result.happened)));
    case Outcome::kSkipped:
      return "<skipped" + message + "/>";
    case Outcome::kError:
      return "<error" + attribute("type", name_of(agent.end)) + message + "/>";
    case Outcome::kFailure:
      return "<failure" + attribute("type", name(result.verdict)) + message + ">\n" +
             escaped_markup(failure_block(agent, result, find_case(run, result.case_id), {},
                                          Ink(false), kWidth)) +
             "</failure>";
  }
  return {};
}

std::string test_case(const Run& run, const AgentRun& agent, const CaseResult& result) {
  const Case* known = find_case(run, result.case_id);
  const std::string family = known == nullptr ? "" : known->family;
  const std::string title = known == nullptr ? "" : ' ' + known->title;
  const std::string element =
      "  <testcase" + attribute("name", result.case_id + title) +
      attribute("classname", "wsproof." + without_dots(agent.agent) + '.' + without_dots(family)) +
      time_attribute(result.duration);
  const std::string content = inside(run, agent, result);
  return element + (content.empty() ? "/>\n" : ">\n    " + content + "\n  </testcase>\n");
}

}  // namespace

std::string junit_report(const Run& run) {
  std::size_t tests = 0;
  std::size_t skipped = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::string cases;
  std::string agents;
  for (const AgentRun& agent : run.agents) {
    agents += (agents.empty() ? "" : ", ") + agent.agent;
    for (const CaseResult& result : agent.results) {
      const Outcome outcome = outcome_of(agent, result);
      ++tests;
      skipped += outcome == Outcome::kSkipped ? 1 : 0;
      failures += outcome == Outcome::kFailure ? 1 : 0;
      errors += outcome == Outcome::kError ? 1 : 0;
      cases += test_case(run, agent, result);
    }
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite" +
         attribute("name", "wsproof: " + agents) + time_attribute(run.duration) +
         fmt::format(" tests=\"{}\" errors=\"{}\" skipped=\"{}\" failures=\"{}\">\n", tests, errors,
                     skipped, failures) +
         properties(run) + cases + "</testsuite>\n";
}

}  // namespace wsproof::conformance
