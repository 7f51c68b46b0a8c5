// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/failure.h"

#include <fmt/format.h>

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

std::string requirement(const Case& test_case) {
  std::string out = fmt::format("{}, {}", level_name(test_case.level), sections(test_case.spec));
  if (!test_case.why.empty()) {
    out += ": " + test_case.why;
  }
  return out;
}

}  // namespace

std::string rerun_command(const AgentRun& agent, const std::string& id) {
  return (agent.rerun.empty() ? "wsproof server " + agent.target : agent.rerun) + ' ' + id;
}

std::string failure_block(const AgentRun& agent, const CaseResult& result, const Case* test_case,
                          const Ink& ink, std::size_t width) {
  const std::string head = fmt::format("{} {}  ", name(result.verdict), result.case_id);
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
  out += row("happened", joined(result.happened, result.close_happened), width);
  const char* label = "findings";
  for (const Finding& finding : result.findings) {
    out += row(label, fmt::format("{} ({})", finding.sentence, finding.section), width);
    label = "";
  }
  if (!result.difference.empty()) {
    out += row("Autobahn",
               fmt::format("would say {}, close {}: {}", autobahn_name(result.behavior),
                           autobahn_name(result.close_behavior), result.difference),
               width);
  }
  if (!result.transcript.empty()) {
    out += "  on the wire (-> from wsproof, <- from the endpoint under test)\n";
    for (const std::string& line : wire_lines(result, kWireLines, width - 2)) {
      out += "  " + ink.faint(line) + '\n';
    }
  }
  // Never wrapped: it is there to be copied.
  out += padded("  run again", kIndent) + printable_sentence(rerun_command(agent, result.case_id)) +
         "\n\n";
  return out;
}

}  // namespace wsproof::conformance
