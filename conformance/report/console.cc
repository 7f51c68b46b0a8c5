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
#include "conformance/report/outcome.h"

namespace wsproof::conformance {
namespace {

constexpr std::size_t kVerdictColumns = 15;  // "INFORMATIONAL" and two blanks
constexpr std::size_t kIdColumns = 9;

/// Failures of one kind, or cases that were not run for one reason: the first, and the ids of the
/// others.
struct Kind {
  std::string shape;
  const CaseResult* first = nullptr;
  std::vector<std::string> likewise;
};

std::vector<Kind> kinds_of(const std::vector<const CaseResult*>& failures, bool each_alone) {
  std::vector<Kind> kinds;
  for (const CaseResult* failure : failures) {
    std::string shape = failure_shape(*failure);
    const auto same =
        each_alone ? kinds.end() : std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) {
          return kind.shape == shape;
        });
    if (same != kinds.end()) {
      same->likewise.push_back(failure->case_id);
    } else {
      kinds.push_back({std::move(shape), failure, {}});
    }
  }
  return kinds;
}

/// Kinds beyond those told in full: what happened, and to which cases. `what` says of how many.
std::string further_kinds(const std::vector<Kind>& kinds, std::size_t from, const char* what,
                          const Ink& ink, std::size_t width) {
  std::size_t cases = 0;
  std::string out;
  for (std::size_t i = from; i < kinds.size(); ++i) {
    std::vector<std::string> ids = kinds[i].likewise;
    ids.insert(ids.begin(), kinds[i].first->case_id);
    cases += ids.size();
    const std::string head = padded("  " + id_ranges(ids), kIdColumns + 2) + ' ';
    const bool is_short = columns(head) <= kIdColumns + 3;
    out += is_short ? "" : labelled("  ", id_ranges(ids), 2, width);
    out += labelled(is_short ? head : "", printable_sentence(failure_sentence(*kinds[i].first)),
                    kIdColumns + 3, width);
  }
  return ink.red(fmt::format("{} more {}", cases, what)) + "; --verbose tells each in full\n" +
         out + '\n';
}

/// Why a case is NON-STRICT: its findings, or what was seen and why that is put up with.
std::string tolerance(const CaseResult& result, const Case* test_case) {
  std::string out;
  for (const Finding& finding : result.findings) {
    if (!finding.remark) {
      out += fmt::format("{}{} ({})", out.empty() ? "" : "; ", finding.sentence, finding.section);
    }
  }
  if (!out.empty()) {
    return out;
  }
  out = result.happened == "nothing" ? "nothing came back" : result.happened;
  out += result.close_happened.empty() ? "" : "; " + result.close_happened;
  if (test_case == nullptr || result.behavior != Behavior::kNonStrict) {
    return out;
  }
  std::vector<std::string> reasons;
  for (const Alternative& alternative : test_case->expect) {
    if (alternative.behavior == Behavior::kNonStrict) {
      reasons.push_back(alternative.why);
    }
  }
  return reasons.size() == 1 ? out + ". " + reasons.front() : out;
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
    out += labelled(head, printable_sentence(result.difference), head.size(), width);
  }
  return out.empty() ? out : ink.bold("Where Autobahn's verdict differs") + '\n' + out + '\n';
}

/// The cases that are NON-STRICT, those with the same reason under each other and the reason once.
std::string tolerated(const Run& run, const AgentRun& agent,
                      const std::vector<const CaseResult*>& results,
                      const ConsoleOptions& options) {
  std::vector<std::pair<std::string, std::string>> groups;  // the reason, the lines of cases
  for (const CaseResult* result : results) {
    const Case* test_case = find_case(run, result->case_id);
    std::string reason = tolerance(*result, test_case);
    const auto same = std::find_if(groups.begin(), groups.end(),
                                   [&](const auto& group) { return group.first == reason; });
    auto& group = same != groups.end() ? *same : groups.emplace_back(std::move(reason), "");
    group.second += case_line(agent, *result, test_case, options);
  }
  std::string out;
  for (const auto& [reason, lines] : groups) {
    const std::size_t indent = kVerdictColumns + kIdColumns;
    out += lines + labelled("", printable_sentence(reason), indent, options.width) + '\n';
  }
  return out;
}

/// The cases that did not come to what a line of the expectation file says.
std::string unexpected(const Run& run, const AgentRun& agent, const Ink& ink,
                       const ConsoleOptions& options) {
  std::string out;
  for (const CaseResult& result : agent.results) {
    if (result.standing != Standing::kUnexpected) {
      continue;
    }
    const bool better = result.verdict == Verdict::kPass;
    out += case_line(agent, result, find_case(run, result.case_id), options) +
           labelled("",
                    printable_sentence(fmt::format("{}expected {}", better ? "passes now; " : "",
                                                   result.expectation)),
                    kVerdictColumns + kIdColumns, options.width);
  }
  return out.empty() ? out : ink.bold("Not as expected") + '\n' + out + '\n';
}

/// Each kind in full, as far as there are not too many; then what the others are.
std::string told(const Run& run, const AgentRun& agent,
                 const std::vector<const CaseResult*>& results, const char* others,
                 const ConsoleOptions& options) {
  const Ink ink(options.colour);
  const bool all_in_full = options.verbose || options.trace;
  const std::vector<Kind> kinds = kinds_of(results, all_in_full);
  const std::size_t in_full =
      all_in_full ? kinds.size() : std::min(kinds.size(), options.full_failures);
  std::string out;
  for (std::size_t i = 0; i < in_full; ++i) {
    out += failure_block(agent, *kinds[i].first, find_case(run, kinds[i].first->case_id),
                         kinds[i].likewise, ink, options.width, options.trace);
  }
  return in_full == kinds.size() ? out
                                 : out + further_kinds(kinds, in_full, others, ink, options.width);
}

std::string agent_report(const Run& run, const AgentRun& agent, const ConsoleOptions& options) {
  const Ink ink(options.colour);
  std::string out;
  if (run.agents.size() > 1) {
    out += ink.bold(cut(printable(agent.agent), options.width / 2)) + "  " +
           printable_sentence(agent.target) + "\n\n";
  }

  std::vector<const CaseResult*> non_strict;
  std::vector<const CaseResult*> failures;
  std::vector<const CaseResult*> not_run;
  for (const CaseResult& result : agent.results) {
    if (options.verbose) {
      out += case_line(agent, result, find_case(run, result.case_id), options);
    }
    // What was expected or is below the level is only counted, unless all shall be told.
    const bool counts = options.verbose || result.standing == Standing::kUsual ||
                        result.standing == Standing::kUnexpected;
    if (result.verdict == Verdict::kNonStrict && counts) {
      non_strict.push_back(&result);
    } else if (result.verdict == Verdict::kFail && (counts || options.trace)) {
      (was_not_run(agent, result) ? not_run : failures).push_back(&result);
    }
  }
  out += options.verbose && !agent.results.empty() ? "\n" : "";

  if (!options.verbose) {
    out += tolerated(run, agent, non_strict, options);
  }

  if (never_began(agent)) {
    return out;
  }
  out += told(run, agent, failures, "failed in other ways", options);
  out += told(run, agent, not_run, "were not run, or not to their end", options);
  return out + differences(agent, ink, options.width) + unexpected(run, agent, ink, options);
}

/// "12 as expected, 2 unexpected, 1 below the level"; empty where nothing was expected.
std::string standing_line(const AgentRun& agent, const Counts& counts) {
  if (std::all_of(agent.results.begin(), agent.results.end(),
                  [](const CaseResult& one) { return one.standing == Standing::kUsual; })) {
    return "";
  }
  return fmt::format("{} as expected, {} unexpected{}", counts.as_expected, counts.unexpected,
                     counts.tolerated == 0
                         ? std::string()
                         : fmt::format(", {} failed below the level", counts.tolerated));
}

/// What a program said before it ended.
std::string program_output(const AgentRun& agent) {
  std::string out;
  for (const std::string& line : agent.program_output) {
    out += "  " + printable(line) + '\n';
  }
  return out.empty() ? "" : "The last that " + printable(agent.agent) + " printed:\n" + out;
}

}  // namespace

std::string summary_line(const Counts& counts, std::chrono::microseconds duration) {
  return fmt::format(
      "{}: {} passed, {} non-strict, {} informational, {} unsupported, {} failed{} in {}",
      counted(static_cast<std::uint64_t>(counts.total), "case"), counts.passed, counts.non_strict,
      counts.informational, counts.unsupported, counts.failed,
      counts.not_run == 0 ? "" : fmt::format(", {} not run", counts.not_run), seconds(duration));
}

std::string case_line(const AgentRun& agent, const CaseResult& result, const Case* test_case,
                      const ConsoleOptions& options) {
  const Ink ink(options.colour);
  const std::string verdict = padded(verdict_word(agent, result), kVerdictColumns);
  const std::string id = padded(result.case_id, kIdColumns - 1) + ' ';
  const std::size_t indent = verdict.size() + id.size();
  const std::size_t room = options.width > indent ? options.width - indent : 1;
  return ink.by_verdict(result.verdict, verdict) + id +
         cut(test_case == nullptr ? "" : printable_sentence(test_case->title), room) + '\n';
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
      const std::string who = run.agents.size() > 1 ? printable(agent.agent) + ": " : "";
      for (const std::string& line :
           wrap(who + printable_sentence(agent.end_reason), options.width)) {
        out += ink.red(line) + '\n';
      }
    }
    out += program_output(agent);
  }
  if (run.messages) {
    const std::string shortened =
        fmt::format("Shortened (--messages): no case sent more than {}, one at a time.",
                    counted(*run.messages, "message"));
    for (const std::string& line : wrap(shortened, options.width)) {
      out += line + '\n';
    }
  }
  for (const AgentRun& agent : run.agents) {
    const Counts counts = count(agent);
    const Verdict worst = counts.failed + counts.not_run > 0 ? Verdict::kFail
                          : counts.non_strict > 0            ? Verdict::kNonStrict
                                                             : Verdict::kPass;
    const std::string who = run.agents.size() > 1 ? printable(agent.agent) + ": " : "";
    if (const std::string line = standing_line(agent, counts); !line.empty()) {
      out += who + line + '\n';
    }
    if (const std::string nothing = nothing_proven(agent); !nothing.empty()) {
      for (const std::string& line : wrap(who + nothing, options.width)) {
        out += ink.yellow(line) + '\n';
      }
    }
    out += who + ink.by_verdict(worst, summary_line(counts, agent.duration)) + '\n';
  }
  return out;
}

}  // namespace wsproof::conformance
