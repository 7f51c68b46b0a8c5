// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/expectation_update.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "conformance/report/escape.h"

namespace wsproof::conformance {
namespace {

/// Verdicts that are as expected where no line speaks of the case; NON-STRICT is listed, so that
/// --strict can be used with the file.
bool needs_no_line(Verdict verdict) {
  return verdict != Verdict::kFail && verdict != Verdict::kNonStrict;
}

/// The line with other verdicts between the pattern and the comment.
std::string rewritten(const ExpectationLine& line, Verdict verdict) {
  const std::size_t comment = line.text.find('#');
  std::string out = fmt::format("{} {}", line.pattern, name(verdict));
  return comment == std::string::npos ? out : out + ' ' + line.text.substr(comment);
}

class Update {
 public:
  Update(const Expectations& file, const Run& run, const AgentRun& agent)
      : file_(file), run_(run), agent_(agent), kept_(file.lines.begin(), file.lines.end()) {}

  std::string text() {
    for (auto& line : kept_) {
      if (!line->pattern.empty() && !line->exact) {
        revise_pattern(line);
      }
    }
    for (auto& line : kept_) {
      if (line && line->exact) {
        revise_exact(line);
      }
    }
    for (const CaseResult& result : agent_.results) {
      add_if_needed(result);
    }
    std::string out;
    for (const auto& line : kept_) {
      out += line ? line->text + '\n' : "";
    }
    return out;
  }

 private:
  using Slot = std::optional<ExpectationLine>;

  [[nodiscard]] const CaseResult* result_of(const std::string& id) const {
    const auto found = std::find_if(agent_.results.begin(), agent_.results.end(),
                                    [&](const CaseResult& one) { return one.case_id == id; });
    return found == agent_.results.end() ? nullptr : &*found;
  }

  /// The line that speaks of the case now; the exact one does not count with `patterns_only`.
  [[nodiscard]] const ExpectationLine* speaker(const std::string& id, bool patterns_only) const {
    const ExpectationLine* found = nullptr;
    for (const Slot& line : kept_) {
      if (!line || std::find(line->ids.begin(), line->ids.end(), id) == line->ids.end()) {
        continue;
      }
      if (!line->exact) {
        found = &*line;
      } else if (!patterns_only) {
        return &*line;
      }
    }
    return found;
  }

  /// Where all cases that the pattern speaks of came to one other verdict, the pattern gets that;
  /// where they differ, it stays, and the exceptions get lines of their own.
  void revise_pattern(Slot& line) {
    std::vector<Verdict> seen;
    bool holds = false;
    for (const std::string& id : line->ids) {
      const CaseResult* result = result_of(id);
      if (result == nullptr) {
        holds = true;  // for all that is known
      } else if (file_.find(id) == &file_.lines[line->number - 1]) {
        seen.push_back(result->verdict);
        holds = holds || allows(*line, result->verdict);
      }
    }
    if (holds || seen.empty()) {
      return;
    }
    const bool all_alike =
        std::all_of(seen.begin(), seen.end(), [&](Verdict verdict) { return verdict == seen[0]; });
    if (all_alike && !needs_no_line(seen[0])) {
      revise(*line, seen[0]);
    } else {
      line.reset();  // nothing that it says is so, and nothing else need or can be said of all
    }
  }

  void revise_exact(Slot& line) {
    const CaseResult* result = result_of(line->pattern);
    if (result == nullptr || allows(*line, result->verdict)) {
      return;
    }
    const ExpectationLine* pattern = speaker(line->pattern, true);
    if (pattern == nullptr ? needs_no_line(result->verdict) : allows(*pattern, result->verdict)) {
      line.reset();
    } else {
      revise(*line, result->verdict);
    }
  }

  static void revise(ExpectationLine& line, Verdict verdict) {
    line.text = rewritten(line, verdict);
    line.verdicts = {verdict};
  }

  void add_if_needed(const CaseResult& result) {
    const ExpectationLine* speaks = speaker(result.case_id, false);
    if (speaks == nullptr ? needs_no_line(result.verdict) : allows(*speaks, result.verdict)) {
      return;
    }
    ExpectationLine line;
    line.pattern = result.case_id;
    line.exact = true;
    line.ids = {result.case_id};
    line.verdicts = {result.verdict};
    line.text = fmt::format("{} {}", result.case_id, name(result.verdict));
    if (const Case* test_case = find_case(run_, result.case_id); test_case != nullptr) {
      line.text += " # " + printable_sentence(test_case->title);
    }
    kept_.insert(place_for(result.case_id), std::move(line));
  }

  /// Behind the line of the nearest case before it in the run's order; at the end where none is.
  [[nodiscard]] std::vector<Slot>::iterator place_for(const std::string& id) {
    auto place = kept_.end();
    for (const Case* one : run_.cases) {
      if (one->id == id) {
        break;
      }
      const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const Slot& line) {
        return line && line->exact && line->pattern == one->id;
      });
      place = found == kept_.end() ? place : found + 1;
    }
    return place;
  }

  const Expectations& file_;
  const Run& run_;
  const AgentRun& agent_;
  std::vector<Slot> kept_;
};

}  // namespace

std::string updated_expectations(const Expectations& file, const Run& run, const AgentRun& agent) {
  return Update(file, run, agent).text();
}

}  // namespace wsproof::conformance
