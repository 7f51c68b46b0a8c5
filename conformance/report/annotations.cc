// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/annotations.h"

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

struct Annotation {
  std::string title;
  std::string message;
};

/// What would end a workflow command, or a property of it. Line ends are no more once the text is
/// printable.
std::string escaped(std::string_view text, bool in_property) {
  std::string out;
  for (const char c : printable_sentence(text)) {
    const bool special = c == '%' || (in_property && (c == ':' || c == ','));
    out += special ? fmt::format("%{:02X}", static_cast<unsigned>(c)) : std::string(1, c);
  }
  return out;
}

/// Failures of one kind together: the first, and the ids of all.
struct Kind {
  std::string shape;
  const CaseResult* first;
  std::vector<std::string> ids;
};

std::vector<Kind> kinds_of(const AgentRun& agent) {
  std::vector<Kind> kinds;
  for (const CaseResult& result : agent.results) {
    if (outcome_of(agent, result) != Outcome::kFailure) {
      continue;
    }
    std::string shape = failure_shape(result);
    auto found = std::find_if(kinds.begin(), kinds.end(),
                              [&](const Kind& kind) { return kind.shape == shape; });
    if (found == kinds.end()) {
      found = kinds.insert(found, Kind{std::move(shape), &result, {}});
    }
    found->ids.push_back(result.case_id);
  }
  return kinds;
}

std::vector<Annotation> annotations(const Run& run) {
  std::vector<Annotation> out;
  for (const AgentRun& agent : run.agents) {
    if (agent.end != AgentRun::End::kComplete) {
      out.push_back({"wsproof: " + agent.agent, agent.end_reason});
    }
    if (is_unproven(run, agent)) {
      out.push_back({"wsproof: " + agent.agent, nothing_proven(agent)});
    }
    for (const Kind& kind : kinds_of(agent)) {
      const Case* test_case = find_case(run, kind.first->case_id);
      std::string message = outcome_sentence(agent, *kind.first);
      if (test_case != nullptr) {
        message += fmt::format(" ({}; {}, {})", test_case->title, level_name(test_case->level),
                               sections(test_case->spec));
      }
      if (kind.ids.size() > 1) {
        message += fmt::format("; {} in the same way: {}", counted(kind.ids.size(), "case"),
                               id_ranges(kind.ids));
      }
      out.push_back({fmt::format("wsproof: {} fails {}", agent.agent, kind.first->case_id),
                     std::move(message)});
    }
  }
  return out;
}

}  // namespace

std::string github_annotations(const Run& run, std::size_t limit) {
  std::vector<Annotation> all = annotations(run);
  if (all.size() > limit && limit > 0) {
    const std::size_t more = all.size() - limit + 1;
    all.resize(limit - 1);
    all.push_back(
        {"wsproof", fmt::format("{} more kinds of failure; the reports name them", more)});
  }
  std::string out;
  for (const Annotation& one : all) {
    out += fmt::format("::error title={}::{}\n", escaped(one.title, true),
                       escaped(one.message, false));
  }
  return out;
}

}  // namespace wsproof::conformance
