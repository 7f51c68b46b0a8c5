// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/joint.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "conformance/report/layout.h"
#include "conformance/report/names.h"

namespace wsproof::conformance {
namespace {

/// A server or client that nobody named and that could not be asked for its name.
bool is_nameless(const AgentRun& agent) {
  return agent.end == AgentRun::End::kUnreachable && agent.agent.rfind("Unknown", 0) == 0;
}

/// Of clients that came by themselves the target is our own address, which says nothing of them.
bool came_by_itself(const AgentRun& agent, Role peer) {
  return peer == Role::kClient && (agent.target.rfind("ws://", 0) == 0 ||  //
                                   agent.target.rfind("wss://", 0) == 0);
}

/// The numbers as in "2/4, 3/4".
std::string listed(const std::vector<std::size_t>& numbers, std::size_t of) {
  std::string out;
  for (const std::size_t number : numbers) {
    out += fmt::format("{}{}/{}", out.empty() ? "" : ", ", number, of);
  }
  return out;
}

}  // namespace

Joint::Joint(AgentRun agent, Origin origin)
    : given_name_(agent.agent), agent_(std::move(agent)), peer_(origin.peer) {
  files_.resize(agent_.results.size(), origin.file);
  origins_.push_back(std::move(origin));
}

bool Joint::has_name_of(const AgentRun& other) const {
  return given_name_ == other.agent ||
         (agent_.target == other.target && (is_nameless(agent_) || is_nameless(other)));
}

bool Joint::has_target_of(const AgentRun& other) const {
  // A program that is started may get another port each time; the command line is the same.
  return agent_.target == other.target || (!agent_.rerun.empty() && agent_.rerun == other.rerun) ||
         (came_by_itself(agent_, peer_) && came_by_itself(other, peer_));
}

void Joint::add(AgentRun other, const Origin& origin, std::vector<std::string>& notes) {
  if (is_nameless(agent_)) {
    given_name_ = agent_.agent = other.agent;
  }
  origins_.push_back(origin);
  agent_.duration += other.duration;
  for (std::string& line : other.program_output) {
    agent_.program_output.push_back(std::move(line));
  }
  if (agent_.end == AgentRun::End::kComplete) {
    agent_.end = other.end;
    agent_.end_reason = std::move(other.end_reason);
  }
  add_results(std::move(other.results), origin.file, notes);
}

void Joint::add_results(std::vector<CaseResult> results, const std::string& file,
                        std::vector<std::string>& notes) {
  // By the other file, whether the verdicts agree, and which file's results are kept.
  std::map<std::tuple<std::string, bool, bool>, std::vector<std::string>> doubles;
  const std::size_t own = agent_.results.size();
  for (CaseResult& result : results) {
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

std::string Joint::what_is_amiss() const {
  const auto first = std::find_if(origins_.begin(), origins_.end(),
                                  [](const Origin& one) { return one.shard.of > 1; });
  if (first == origins_.end()) {
    return {};
  }
  const std::size_t of = first->shard.of;
  std::map<std::size_t, std::string> files;  // by the number of the shard that is in it
  for (auto one = first; one != origins_.end(); ++one) {
    if (one->shard.of == 1) {
      continue;
    }
    if (one->shard.of != of) {
      return fmt::format("{} has shard {}/{} of {} and {} shard {}/{}; they do not make a whole",
                         first->file, first->shard.number, of, agent_.agent, one->file,
                         one->shard.number, one->shard.of);
    }
    const auto [earlier, is_new] = files.emplace(one->shard.number, one->file);
    if (!is_new) {
      return fmt::format("shard {}/{} of {} is given twice, by {} and by {}", one->shard.number, of,
                         agent_.agent, earlier->second, one->file);
    }
  }
  std::vector<std::size_t> missing;
  for (std::size_t number = 1; number <= of; ++number) {
    if (files.count(number) == 0) {
      missing.push_back(number);
    }
  }
  return missing.empty()
             ? std::string()
             : fmt::format("{} {} of {} {} missing", missing.size() == 1 ? "shard" : "shards",
                           listed(missing, of), agent_.agent, missing.size() == 1 ? "is" : "are");
}

AgentRun Joint::finish() && {
  std::stable_sort(
      agent_.results.begin(), agent_.results.end(),
      [](const CaseResult& a, const CaseResult& b) { return id_less(a.case_id, b.case_id); });
  return std::move(agent_);
}

}  // namespace wsproof::conformance
