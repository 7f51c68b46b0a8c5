// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/console.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "conformance/report/agent_table.h"
#include "conformance/report/escape.h"
#include "conformance/report/failure.h"
#include "conformance/report/ink.h"
#include "conformance/report/layout.h"

namespace wsproof::conformance {
namespace {

constexpr std::size_t kVerdictColumns = 15;  // "INFORMATIONAL" and two blanks
constexpr std::size_t kIdColumns = 9;

/// Failures beyond those told in full, by what happened, in the order of their first case.
std::string remaining_failures(const std::vector<const CaseResult*>& failures,
                               const AgentRun& agent, const Ink& ink, std::size_t width) {
  std::vector<std::pair<std::string, std::vector<std::string>>> groups;
  for (const CaseResult* failure : failures) {
    std::string what = failure->happened;
    if (!failure->findings.empty()) {
      what = failure->findings.front().sentence;
    }
    const auto same = std::find_if(groups.begin(), groups.end(),
                                   [&](const auto& group) { return group.first == what; });
    auto& group = same != groups.end()
                      ? *same
                      : groups.emplace_back(std::move(what), std::vector<std::string>());
    group.second.push_back(failure->case_id);
  }
  std::string out =
      ink.red(fmt::format("{} more failed", failures.size())) + "; --verbose tells each in full\n";
  for (const auto& [what, ids] : groups) {
    const std::string head = fmt::format("  {:>5}  ", ids.size());
    out += labelled(head, printable_sentence(what), head.size(), width);
    out += labelled("", ids.size() == agent.results.size() ? "all cases" : id_ranges(ids),
                    head.size(), width);
  }
  return out + '\n';
}

/// Cases that passed or are informational, but that Autobahn's rules judge otherwise.
std::string differences(const AgentRun& agent, const Ink& ink, std::size_t width) {
  std::string out;
  for (const CaseResult& result : agent.results) {
    if (result.difference.empty() || result.verdict == Verdict::kFail ||
        result.verdict == Verdict::kNonStrict) {
      continue;
    }
    const std::string head = fmt::format("  {:<{}}", result.case_id, kIdColumns);
    out += labelled(
        head,
        printable_sentence(fmt::format("{} here, {} and close {} there: {}", name(result.verdict),
                                       autobahn_name(result.behavior),
                                       autobahn_name(result.close_behavior), result.difference)),
        head.size(), width);
  }
  return out.empty() ? out : ink.bold("Where Autobahn's verdict differs") + '\n' + out + '\n';
}

std::string agent_report(const Run& run, const AgentRun& agent, const ConsoleOptions& options) {
  const Ink ink(options.colour);
  std::string out;
  if (run.agents.size() > 1) {
    out += ink.bold(printable(agent.agent)) + "  " + printable_sentence(agent.target) + "\n\n";
  }

  std::vector<const CaseResult*> non_strict;
  std::vector<const CaseResult*> failures;
  for (const CaseResult& result : agent.results) {
    if (options.verbose) {
      out += case_line(result, find_case(run, result.case_id), options);
    }
    if (result.verdict == Verdict::kNonStrict) {
      non_strict.push_back(&result);
    } else if (result.verdict == Verdict::kFail) {
      failures.push_back(&result);
    }
  }
  out += options.verbose && !agent.results.empty() ? "\n" : "";

  if (!options.verbose && !non_strict.empty()) {
    for (const CaseResult* result : non_strict) {
      out += case_line(*result, find_case(run, result->case_id), options);
    }
    out += '\n';
  }

  // When nothing was reached, one sentence tells all there is to tell.
  if (agent.end == AgentRun::End::kUnreachable) {
    return out;
  }
  const std::size_t told =
      options.verbose ? failures.size() : std::min(failures.size(), options.full_failures);
  for (std::size_t i = 0; i < told; ++i) {
    out += failure_block(agent, *failures[i], find_case(run, failures[i]->case_id), ink,
                         options.width);
  }
  if (told < failures.size()) {
    failures.erase(failures.begin(), failures.begin() + static_cast<std::ptrdiff_t>(told));
    out += remaining_failures(failures, agent, ink, options.width);
  }
  return out + differences(agent, ink, options.width);
}

}  // namespace

std::string summary_line(const Counts& counts, std::chrono::microseconds duration) {
  return fmt::format(
      "{}: {} passed, {} non-strict, {} informational, {} unsupported, {} failed in {}",
      counted(static_cast<std::uint64_t>(counts.total), "case"), counts.passed, counts.non_strict,
      counts.informational, counts.unsupported, counts.failed, seconds(duration));
}

std::string case_line(const CaseResult& result, const Case* test_case,
                      const ConsoleOptions& options) {
  const Ink ink(options.colour);
  const std::string verdict = padded(name(result.verdict), kVerdictColumns);
  const std::string id = padded(result.case_id, kIdColumns - 1) + ' ';
  const std::size_t indent = verdict.size() + id.size();
  const std::size_t room = options.width > indent ? options.width - indent : 1;
  std::string out = ink.by_verdict(result.verdict, verdict) + id;
  out += cut(test_case == nullptr ? "" : printable_sentence(test_case->title), room) + '\n';
  if (result.verdict == Verdict::kNonStrict) {
    std::string what = result.happened;
    for (const Finding& finding : result.findings) {
      what += fmt::format("; {} ({})", finding.sentence, finding.section);
    }
    out += labelled("", printable_sentence(what), indent, options.width);
  }
  return out;
}

std::string console_report(const Run& run, const ConsoleOptions& options) {
  const Ink ink(options.colour);
  std::string out;
  for (const AgentRun& agent : run.agents) {
    out += agent_report(run, agent, options);
  }
  if (run.agents.size() > 1) {
    out += agent_table(run, options) + '\n';
  }
  for (const AgentRun& agent : run.agents) {
    if (agent.end != AgentRun::End::kComplete) {
      for (const std::string& line : wrap(printable_sentence(agent.end_reason), options.width)) {
        out += ink.red(line) + '\n';
      }
    }
  }
  for (const AgentRun& agent : run.agents) {
    const Counts counts = count(agent);
    const Verdict worst = counts.failed > 0       ? Verdict::kFail
                          : counts.non_strict > 0 ? Verdict::kNonStrict
                                                  : Verdict::kPass;
    const std::string who = run.agents.size() > 1 ? printable(agent.agent) + ": " : "";
    out += who + ink.by_verdict(worst, summary_line(counts, agent.duration)) + '\n';
  }
  return out;
}

}  // namespace wsproof::conformance
