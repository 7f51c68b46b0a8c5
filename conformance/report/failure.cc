// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "conformance/report/escape.h"
#include "conformance/report/layout.h"
#include "conformance/report/wire.h"

namespace wsproof::conformance {
namespace {

constexpr std::size_t kIndent = 14;
// The handshake, what the case sends and what comes back: most cases fit; the whole wire log is in
// the reports.
constexpr std::size_t kWireLines = 12;

std::string row(std::string_view label, std::string_view text, std::size_t width) {
  return labelled("  " + std::string(label), printable_sentence(text), kIndent, width);
}

/// Two sentences as one text; either may be missing.
std::string joined(const std::string& first, const std::string& second) {
  if (first.empty() || second.empty()) {
    return first + second;
  }
  const char last = first.back();
  return first + (last == '.' || last == '!' || last == '?' ? " " : "; ") + second;
}

/// Each finding once, with how often it was made.
std::string finding_rows(const CaseResult& result, std::size_t width) {
  std::vector<std::pair<std::string, int>> rows;
  for (const Finding& finding : result.findings) {
    std::string text = fmt::format("{} ({})", finding.sentence, finding.section);
    if (rows.empty() || rows.back().first != text) {
      rows.emplace_back(std::move(text), 0);
    }
    ++rows.back().second;
  }
  std::string out;
  for (const auto& [text, times] : rows) {
    out += row(out.empty() ? "findings" : "",
               times == 1 ? text : fmt::format("{} ({} times)", text, times), width);
  }
  return out;
}

std::string happened(const CaseResult& result) {
  return joined(result.happened == "nothing" ? "nothing came back" : result.happened,
                result.close_happened);
}

std::string requirement(const Case& test_case) {
  std::string out = fmt::format("{}, {}", level_name(test_case.level), sections(test_case.spec));
  if (!test_case.why.empty()) {
    out += ": " + test_case.why;
  }
  return out;
}

}  // namespace

std::string rerun_command(const AgentRun& agent, const std::string& id) {
  std::string out = agent.rerun.empty() ? "wsproof server " + agent.target : agent.rerun;
  return out.insert(std::min(out.find(" -- "), out.size()), ' ' + id);
}

std::string failure_sentence(const CaseResult& result) {
  const auto fatal = std::find_if(result.findings.begin(), result.findings.end(),
                                  [](const Finding& one) { return one.fatal; });
  if (fatal != result.findings.end()) {
    return fatal->sentence;
  }
  // Where the events were as they should be, only the end is worth telling.
  return result.behavior == Behavior::kOk && !result.close_happened.empty() ? result.close_happened
                                                                            : happened(result);
}

std::string failure_shape(const CaseResult& result) {
  std::string out;
  char until = '\0';
  for (const char c : failure_sentence(result)) {
    const bool is_digit = c >= '0' && c <= '9';
    if (until != '\0') {
      until = c == until ? '\0' : until;
    } else if (c == '"' || c == '(') {
      until = c == '"' ? '"' : ')';
      out += c;
    } else if (!is_digit) {
      out += c;
    } else if (out.empty() || out.back() != '#') {
      out += '#';
    }
  }
  return out;
}

std::string failure_block(const AgentRun& agent, const CaseResult& result, const Case* test_case,
                          const std::vector<std::string>& likewise, const Ink& ink,
                          std::size_t width, bool trace) {
  const std::string head = fmt::format("{} {}  ", verdict_word(agent, result), result.case_id);
  const std::string title = test_case == nullptr ? "" : printable_sentence(test_case->title);
  std::string out = ink.by_verdict(result.verdict, head);
  const std::vector<std::string> lines =
      wrap(title, width > columns(head) ? width - columns(head) : 1);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out += (i == 0 ? "" : std::string(columns(head), ' ')) + ink.bold(lines[i]) + '\n';
  }

  if (test_case != nullptr) {
    out += row("required", requirement(*test_case), width);
  }
  const std::string acceptable = joined(result.acceptable, result.close_acceptable);
  if (!acceptable.empty()) {
    out += row("acceptable", acceptable, width);
  }
  out += row("happened", happened(result), width);
  if (!result.expectation.empty()) {
    out += row("expected", result.expectation, width);
  }
  out += finding_rows(result, width);
  if (!result.difference.empty()) {
    out += row("Autobahn", result.difference, width);
  }
  if (!result.transcript.empty()) {
    out += "  on the wire (-> from wsproof, <- from the endpoint under test)\n";
    for (const std::string& line :
         trace ? wire_trace(result, width - 2) : wire_lines(result, kWireLines, width - 2)) {
      out += "  " + ink.faint(line) + '\n';
    }
  }
  // Never wrapped: it is there to be copied.
  out += padded("  run again", kIndent) + printable_sentence(rerun_command(agent, result.case_id)) +
         '\n';
  if (!likewise.empty()) {
    out += row("likewise", fmt::format("{} more: {}", likewise.size(), id_ranges(likewise)), width);
  }
  return out + '\n';
}

}  // namespace wsproof::conformance
