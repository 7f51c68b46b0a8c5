// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/agent_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "conformance/report/escape.h"
#include "conformance/report/ink.h"
#include "conformance/report/layout.h"

namespace wsproof::conformance {
namespace {

constexpr std::size_t kFirstColumn = 28;
constexpr const char* kNotHad = "not in this run";
constexpr std::size_t kMinColumn = 17;  // that, and two blanks
constexpr std::size_t kMaxColumn = 26;

struct Cell {
  std::string text;
  Verdict verdict = Verdict::kPass;
};

Cell family_cell(const Run& run, const AgentRun& agent, const std::string& family) {
  int total = 0;
  int good = 0;
  for (const Case* one : run.cases) {
    const CaseResult* result = one->family == family ? find_result(agent, one->id) : nullptr;
    if (result != nullptr) {
      const bool is_good =
          result->verdict == Verdict::kPass || result->verdict == Verdict::kInformational;
      ++total;
      good += is_good ? 1 : 0;
    }
  }
  return total == 0 ? Cell{kNotHad, Verdict::kUnsupported}
                    : Cell{fmt::format("{} of {}", good, total),
                           good == total ? Verdict::kPass : Verdict::kFail};
}

Cell case_cell(const AgentRun& agent, const std::string& id) {
  const CaseResult* result = find_result(agent, id);
  return result == nullptr ? Cell{kNotHad, Verdict::kUnsupported}
                           : Cell{verdict_word(agent, *result), result->verdict};
}

/// Whether the agents that had the case came to different ends.
bool agents_differ(const Run& run, const std::string& id) {
  std::string first;
  return std::any_of(run.agents.begin(), run.agents.end(), [&](const AgentRun& agent) {
    if (find_result(agent, id) == nullptr) {
      return false;
    }
    const std::string text = case_cell(agent, id).text;
    first = first.empty() ? text : first;
    return text != first;
  });
}

/// Which agents did not have all cases, a line each.
std::string missing_lines(const Run& run, std::size_t width) {
  std::string out;
  for (const AgentRun& agent : run.agents) {
    const std::size_t missing = cases_not_had(run, agent);
    if (missing > 0) {
      out += labelled("",
                      fmt::format("{}: {} of the {} cases {} {}", printable(agent.agent), missing,
                                  run.cases.size(), missing == 1 ? "is" : "are", kNotHad),
                      0, width);
    }
  }
  return out;
}

std::string table_row(const std::string& first, const std::vector<Cell>& cells, std::size_t column,
                      const Ink& ink) {
  std::string out = padded(cut(first, kFirstColumn - 2), kFirstColumn);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string text = cut(cells[i].text, column - 2);
    out += ink.by_verdict(cells[i].verdict, text);
    if (i + 1 < cells.size()) {
      out.append(column - columns(text), ' ');
    }
  }
  return out + '\n';
}

}  // namespace

std::string agent_table(const Run& run, const ConsoleOptions& options) {
  const Ink ink(options.colour);
  const std::size_t room = options.width > kFirstColumn ? options.width - kFirstColumn : 1;
  const std::size_t fitting = std::clamp<std::size_t>(room / kMinColumn, 1, run.agents.size());
  const std::size_t column = std::clamp(room / fitting, kMinColumn, kMaxColumn);

  std::vector<std::string> families;
  for (const Case* one : run.cases) {
    if (std::find(families.begin(), families.end(), one->family) == families.end()) {
      families.push_back(one->family);
    }
  }

  std::string out;
  for (std::size_t first = 0; first < run.agents.size(); first += fitting) {
    const std::size_t last = std::min(first + fitting, run.agents.size());
    const auto row_of = [&](const std::string& title, const auto& cell) {
      std::vector<Cell> cells;
      for (std::size_t i = first; i < last; ++i) {
        cells.push_back(cell(run.agents[i]));
      }
      return table_row(title, cells, column, ink);
    };
    std::string head = padded("passed or informational", kFirstColumn);
    for (std::size_t i = first; i < last; ++i) {
      const std::string agent = cut(printable(run.agents[i].agent), column - 2);
      head += i + 1 < last ? padded(agent, column) : agent;
    }
    out += (first == 0 ? "" : "\n") + ink.bold(head) + '\n';
    for (const std::string& family : families) {
      out += row_of(printable_sentence(family),
                    [&](const AgentRun& agent) { return family_cell(run, agent, family); });
    }
    bool any = false;
    for (const Case* one : run.cases) {
      if (!agents_differ(run, one->id)) {
        continue;
      }
      out += any ? "" : "where they differ\n";
      any = true;
      out +=
          row_of("  " + one->id, [&](const AgentRun& agent) { return case_cell(agent, one->id); });
    }
  }
  return out + missing_lines(run, options.width);
}

}  // namespace wsproof::conformance
