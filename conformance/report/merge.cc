// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "conformance/report/joint.h"
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

/// The endpoints of all files: each agent is joined to the one that it is, or stands by itself.
class Joints {
 public:
  Joints(const MergeOptions& options, std::vector<std::string>& notes)
      : options_(options), notes_(notes) {}

  void add(AgentRun agent, const Joint::Origin& origin) {
    const auto same = std::find_if(joints_.begin(), joints_.end(), [&](const Joint& one) {
      return one.has_name_of(agent) && (options_.by_name || one.has_target_of(agent));
    });
    if (same != joints_.end()) {
      same->add(std::move(agent), origin, notes_);
      return;
    }
    const auto namesake = std::find_if(joints_.begin(), joints_.end(),
                                       [&](const Joint& one) { return one.name() == agent.agent; });
    if (namesake == joints_.end()) {
      joints_.emplace_back(std::move(agent), origin);
      return;
    }
    std::string name = agent.agent;
    for (int number = 2; has(name); ++number) {
      name = fmt::format("{}-{}", agent.agent, number);
    }
    notes_.push_back(fmt::format(
        "{} in {} and in {} is not the same endpoint, but {} and {}; the second is {} here "
        "(--join-by-name takes them for one)",
        agent.agent, namesake->file(), origin.file, namesake->target(), agent.target, name));
    joints_.emplace_back(std::move(agent), origin);
    joints_.back().rename(name);
  }

  /// What the shards of all of them lack, in one sentence; empty where nothing does.
  [[nodiscard]] std::string what_is_amiss() const {
    std::string out;
    for (const Joint& one : joints_) {
      const std::string amiss = one.what_is_amiss();
      out += (out.empty() || amiss.empty() ? "" : "; ") + amiss;
    }
    return out;
  }

  [[nodiscard]] std::vector<AgentRun> finish() && {
    std::vector<AgentRun> out;
    for (Joint& one : joints_) {
      out.push_back(std::move(one).finish());
    }
    return out;
  }

 private:
  [[nodiscard]] bool has(const std::string& name) const {
    return std::any_of(joints_.begin(), joints_.end(),
                       [&](const Joint& one) { return one.name() == name; });
  }

  const MergeOptions& options_;
  std::vector<std::string>& notes_;
  std::vector<Joint> joints_;
};

}  // namespace

tl::expected<MergedRun, std::string> merge_runs(std::vector<NamedRun> runs,
                                                const MergeOptions& options) {
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

  Joints joints(options, out.notes);
  for (NamedRun& one : runs) {
    const auto later =
        std::chrono::duration_cast<std::chrono::microseconds>(one.run.started - out.run.started);
    out.run.duration = std::max(out.run.duration, later + one.run.duration);
    for (AgentRun& agent : one.run.agents) {
      for (CaseResult& result : agent.results) {
        shift(result, std::chrono::duration_cast<Time>(later));
      }
      joints.add(std::move(agent), {one.file, one.run.shard, one.run.peer});
    }
  }
  if (runs.size() == 1) {
    out.run.shard = runs.front().run.shard;  // nothing is joined: it may be one of several
  } else if (std::string amiss = joints.what_is_amiss(); !amiss.empty()) {
    return tl::unexpected(std::move(amiss));
  }
  out.run.agents = std::move(joints).finish();
  return out;
}

}  // namespace wsproof::conformance
