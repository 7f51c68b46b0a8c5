// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "conformance/report/layout.h"
#include "conformance/report/names.h"

namespace wsproof::conformance {
namespace {

/// All times of a result, from another start.
void shift(CaseResult& result, Time by) {
  result.started += by;
  for (Finding& one : result.findings) {
    one.at += by;
  }
  for (TranscriptEntry& one : result.transcript) {
    one.at += by;
  }
}

/// Joins the agents of one name, and remembers which file each result came from.
class Joint {
 public:
  Joint(AgentRun agent, const std::string& file) : agent_(std::move(agent)) {
    files_.resize(agent_.results.size(), file);
  }
  [[nodiscard]] const std::string& name() const { return agent_.agent; }

  void add(AgentRun other, const std::string& file, std::vector<std::string>& notes) {
    agent_.duration += other.duration;
    for (std::string& line : other.program_output) {
      agent_.program_output.push_back(std::move(line));
    }
    if (agent_.end == AgentRun::End::kComplete) {
      agent_.end = other.end;
      agent_.end_reason = std::move(other.end_reason);
    }
    // By the other file, whether the verdicts agree, and which file's results are kept.
    std::map<std::tuple<std::string, bool, bool>, std::vector<std::string>> doubles;
    const std::size_t own = agent_.results.size();
    for (CaseResult& result : other.results) {
      const auto end = agent_.results.begin() + static_cast<std::ptrdiff_t>(own);
      const auto same = std::find_if(agent_.results.begin(), end, [&](const CaseResult& one) {
        return one.case_id == result.case_id;
      });
      if (same == end) {
        agent_.results.push_back(std::move(result));
        files_.push_back(file);
        continue;
      }
      const auto place = static_cast<std::size_t>(same - agent_.results.begin());
      const bool agree = same->verdict == result.verdict && same->ran == result.ran;
      const bool take = std::pair(result.ran, badness(result.verdict)) >
                        std::pair(same->ran, badness(same->verdict));
      doubles[{files_[place], agree, take}].push_back(result.case_id);
      if (take) {
        *same = std::move(result);
        files_[place] = file;
      }
    }
    for (const auto& [how, ids] : doubles) {
      const auto& [earlier, agree, take] = how;
      notes.push_back(fmt::format("{} of {} {} both in {} and in {}, with {}; {} is kept: {}",
                                  counted(ids.size(), "case"), agent_.agent,
                                  ids.size() == 1 ? "is" : "are", earlier, file,
                                  agree ? "the same verdict" : "different verdicts",
                                  "what " + (take ? file : earlier) + " says", id_ranges(ids)));
    }
  }

  [[nodiscard]] AgentRun finish() && {
    std::stable_sort(
        agent_.results.begin(), agent_.results.end(),
        [](const CaseResult& a, const CaseResult& b) { return id_less(a.case_id, b.case_id); });
    return std::move(agent_);
  }

 private:
  AgentRun agent_;
  std::vector<std::string> files_;  // where each result came from
};

std::string length_of(const Run& run) {
  return run.messages ? fmt::format("to {}", counted(*run.messages, "message"))
                      : std::string("not at all");
}

/// A run that was shortened has tested less: where the files differ, that is what the whole says.
void join_messages(const NamedRun& first, const NamedRun& other, Run& run,
                   std::vector<std::string>& notes) {
  if (other.run.messages != first.run.messages) {
    notes.push_back(fmt::format(
        "--messages shortened the cases of {} {} and those of {} {}; the least is what the whole "
        "says",
        first.file, length_of(first.run), other.file, length_of(other.run)));
  }
  if (other.run.messages) {
    run.messages = std::min(run.messages.value_or(*other.run.messages), *other.run.messages);
  }
}

/// Adds the cases of a run that are not there yet; names those that are there with another text.
void add_cases(const NamedRun& from, std::vector<const Case*>& cases,
               std::vector<std::string>& notes) {
  std::vector<std::string> others;
  for (const Case* one : from.run.cases) {
    const auto same = std::find_if(cases.begin(), cases.end(),
                                   [&](const Case* known) { return known->id == one->id; });
    if (same == cases.end()) {
      cases.push_back(one);
    } else if ((*same)->title != one->title) {
      others.push_back(one->id);
    }
  }
  if (!others.empty()) {
    notes.push_back(fmt::format("{} has other cases under the ids {}; those of earlier files stand",
                                from.file, id_ranges(others)));
  }
}

}  // namespace

tl::expected<MergedRun, std::string> merge_runs(std::vector<NamedRun> runs) {
  MergedRun out;
  if (runs.empty()) {
    return out;
  }
  const NamedRun& first = runs.front();
  out.run.version = first.run.version;
  out.run.peer = first.run.peer;
  out.run.started = first.run.started;
  for (const NamedRun& one : runs) {
    if (one.run.peer != first.run.peer) {
      return tl::unexpected(fmt::format("{} is about {}s and {} about {}s; they do not mix",
                                        first.file, name_of(first.run.peer), one.file,
                                        name_of(one.run.peer)));
    }
    out.run.started = std::min(out.run.started, one.run.started);
    join_messages(first, one, out.run, out.notes);
    add_cases(one, out.run.cases, out.notes);
    if (one.run.version != first.run.version) {
      out.notes.push_back(fmt::format("{} was written by wsproof {} and {} by {}", first.file,
                                      first.run.version, one.file, one.run.version));
    }
  }
  std::sort(out.run.cases.begin(), out.run.cases.end(),
            [](const Case* a, const Case* b) { return id_less(a->id, b->id); });

  std::vector<Joint> joints;
  for (NamedRun& one : runs) {
    const auto later =
        std::chrono::duration_cast<std::chrono::microseconds>(one.run.started - out.run.started);
    out.run.duration = std::max(out.run.duration, later + one.run.duration);
    for (AgentRun& agent : one.run.agents) {
      for (CaseResult& result : agent.results) {
        shift(result, std::chrono::duration_cast<Time>(later));
      }
      const auto same = std::find_if(joints.begin(), joints.end(), [&](const Joint& joint) {
        return joint.name() == agent.agent;
      });
      if (same == joints.end()) {
        joints.emplace_back(std::move(agent), one.file);
      } else {
        same->add(std::move(agent), one.file, out.notes);
      }
    }
  }
  for (Joint& joint : joints) {
    out.run.agents.push_back(std::move(joint).finish());
  }
  return out;
}

}  // namespace wsproof::conformance
