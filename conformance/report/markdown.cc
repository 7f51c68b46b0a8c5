// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/markdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "conformance/report/escape.h"
#include "conformance/report/failure.h"
#include "conformance/report/layout.h"
#include "conformance/report/outcome.h"

namespace wsproof::conformance {
namespace {

// A reader of a summary looks at no more; all are in the other reports.
constexpr std::size_t kRows = 50;
constexpr std::size_t kCellColumns = 300;

/// Text as text: every character that Markdown, HTML or GitHub's links would take for more.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : cut(printable_sentence(text), kCellColumns)) {
    if (std::string_view("&<>@").find(c) != std::string_view::npos) {
      out += fmt::format("&#{};", static_cast<int>(c));
    } else if (std::string_view("\\`*_{}[]()#+!|~$").find(c) != std::string_view::npos) {
      out += '\\';
      out += c;
    } else {
      out += c;
    }
  }
  // Addresses would become links without any markup.
  for (const auto& [plain, safe] :
       {std::pair<std::string_view, std::string_view>{"://", "&#58;//"}, {"www.", "www&#46;"}}) {
    for (std::size_t at = out.find(plain); at != std::string::npos; at = out.find(plain, at)) {
      out.replace(at, plain.size(), safe);
    }
  }
  return out;
}

std::string row(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& cell : cells) {
    out += ' ' + cell + " |";
  }
  return out + '\n';
}

std::string state(const Run& run, const AgentRun& agent) {
  int wrong = 0;
  for (const CaseResult& result : agent.results) {
    const Outcome outcome = outcome_of(agent, result);
    wrong += outcome == Outcome::kFailure || outcome == Outcome::kError ? 1 : 0;
  }
  const bool good = wrong == 0 && agent.end == AgentRun::End::kComplete && !is_unproven(run, agent);
  return good ? ":white_check_mark:" : ":x:";
}

std::string counts_table(const Run& run) {
  std::string out = row({"", "endpoint", "passed", "non-strict", "informational", "unsupported",
                         "failed", "not run", "cases", "time"}) +
                    "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|\n";
  for (const AgentRun& agent : run.agents) {
    const Counts counts = count(agent);
    std::vector<std::string> cells{state(run, agent), escaped(agent.agent)};
    for (const int number : {counts.passed, counts.non_strict, counts.informational,
                             counts.unsupported, counts.failed, counts.not_run, counts.total}) {
      cells.push_back(std::to_string(number));
    }
    cells.push_back(seconds(agent.duration));
    out += row(cells);
  }
  return out;
}

/// Good cases of all, for an agent and a family.
std::string family_cell(const Run& run, const AgentRun& agent, const std::string& family) {
  int total = 0;
  int good = 0;
  int not_had = 0;
  for (const Case* one : run.cases) {
    if (one->family != family) {
      continue;
    }
    if (const CaseResult* result = find_result(agent, one->id)) {
      ++total;
      good += outcome_of(agent, *result) == Outcome::kPassed ? 1 : 0;
    } else {
      ++not_had;
    }
  }
  const std::string rest = not_had == 0 ? "" : fmt::format(" ({} not in this run)", not_had);
  return total == 0      ? "not in this run"
         : good == total ? fmt::format("{}{}", total, rest)
                         : fmt::format("**{} of {}**{}", good, total, rest);
}

std::string family_table(const Run& run) {
  std::vector<std::string> heads{"not failed"};
  std::string rule = "|---|";
  for (const AgentRun& agent : run.agents) {
    heads.push_back(escaped(agent.agent));
    rule += "--:|";
  }
  std::string out = row(heads) + rule + '\n';
  std::vector<std::string> families;
  for (const Case* one : run.cases) {
    if (std::find(families.begin(), families.end(), one->family) != families.end()) {
      continue;
    }
    families.push_back(one->family);
    std::vector<std::string> cells{escaped(one->family)};
    for (const AgentRun& agent : run.agents) {
      cells.push_back(family_cell(run, agent, one->family));
    }
    out += row(cells);
  }
  return out;
}

std::string case_rows(const Run& run, const AgentRun& agent,
                      const std::vector<const CaseResult*>& results) {
  std::string out = row({"case", "requirement", "what happened"}) + "|---|---|---|\n";
  for (std::size_t i = 0; i < results.size() && i < kRows; ++i) {
    const CaseResult& result = *results[i];
    const Case* test_case = find_case(run, result.case_id);
    std::string requirement;
    if (test_case != nullptr) {
      requirement =
          escaped(test_case->title) + "<br>" +
          escaped(fmt::format("{}, {}", level_name(test_case->level), sections(test_case->spec)));
    }
    const std::string sentence = outcome_sentence(agent, result);
    out += row({result.case_id, requirement,
                escaped(sentence.empty() ? failure_sentence(result) : sentence)});
  }
  if (results.size() > kRows) {
    out += fmt::format("\n{} more; the other reports name them all.\n", results.size() - kRows);
  }
  return out;
}

/// Cases of an agent that a predicate picks, folded in where they need no attention.
template <typename Pick>
std::string section(const Run& run, const AgentRun& agent, const char* what, bool open, Pick pick) {
  std::vector<const CaseResult*> picked;
  for (const CaseResult& result : agent.results) {
    if (pick(result)) {
      picked.push_back(&result);
    }
  }
  if (picked.empty()) {
    return {};
  }
  return fmt::format("\n<details{}><summary>{}: {} {}</summary>\n\n", open ? " open" : "",
                     escaped(agent.agent), counted(picked.size(), "case"), what) +
         case_rows(run, agent, picked) + "\n</details>\n";
}

/// What a program said before it ended by itself.
std::string program_output(const AgentRun& agent) {
  std::string lines;
  for (const std::string& line : agent.program_output) {
    lines += (lines.empty() ? "" : "<br>") + escaped(line);
  }
  return lines.empty() ? lines
                       : fmt::format(
                             "\n<details><summary>The last that {} printed</summary>\n\n{}\n\n"
                             "</details>\n",
                             escaped(agent.agent), lines);
}

std::string details(const Run& run, const AgentRun& agent) {
  std::string out;
  if (agent.end != AgentRun::End::kComplete) {
    out += "\n> **" + escaped(agent.agent) + "**: " + escaped(agent.end_reason) + '\n';
  }
  if (const std::string nothing = nothing_proven(agent); !nothing.empty()) {
    out += "\n> **" + escaped(agent.agent) + "**: " + nothing + '\n';
  }
  if (const std::size_t missing = cases_not_had(run, agent); missing > 0) {
    out += fmt::format("\n> **{}**: {} of the {} cases {} not in this run\n", escaped(agent.agent),
                       missing, run.cases.size(), missing == 1 ? "is" : "are");
  }
  out += program_output(agent);
  const auto came_to = [&](Outcome outcome) {
    return [&agent, outcome](const CaseResult& one) { return outcome_of(agent, one) == outcome; };
  };
  out += section(run, agent, "failed", true, came_to(Outcome::kFailure));
  if (!never_began(agent)) {
    out += section(run, agent, "did not run to the end", false, came_to(Outcome::kError));
  }
  out += section(run, agent, "skipped", false, came_to(Outcome::kSkipped));
  out += section(run, agent, "non-strict", false,
                 [](const CaseResult& one) { return one.verdict == Verdict::kNonStrict; });
  return out;
}

}  // namespace

std::string markdown_summary(const Run& run) {
  std::string out = fmt::format(
      "### WebSocket conformance: {} against {}\n\n", counted(run.cases.size(), "case"),
      run.agents.size() == 1
          ? escaped(run.agents.front().agent)
          : counted(run.agents.size(), run.peer == Role::kServer ? "server" : "client"));
  out += counts_table(run);
  if (run.agents.size() > 1) {
    out += '\n' + family_table(run);
  }
  for (const AgentRun& agent : run.agents) {
    out += details(run, agent);
  }
  return out + fmt::format("\nwsproof {}, {}\n", escaped(run.version), seconds(run.duration));
}

}  // namespace wsproof::conformance
