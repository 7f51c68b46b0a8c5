// SPDX-License-Identifier: Apache-2.0
#include "conformance/runner/agent_book.h"

#include <algorithm>
#include <utility>

namespace wsproof::conformance {
namespace {

// Of a flood, a report needs no more; the counts are in the statistics.
constexpr std::size_t kKeptEvents = 200;

}  // namespace

AgentBook::Agent& AgentBook::agent_of(const std::string& agent, Time now) {
  const auto [found, is_new] = agents_.try_emplace(agent);
  if (is_new) {
    found->second.entries.resize(case_count_);
    found->second.first = now;
    order_.push_back(agent);
  }
  found->second.last = now;
  return found->second;
}

void AgentBook::begin(const std::string& agent, std::size_t place, Time now) {
  Entry& entry = agent_of(agent, now).entries.at(place);
  ++entry.running;
  ++entry.begun;
}

void AgentBook::end(const std::string& agent, std::size_t place, CaseResult result, Time now) {
  Entry& entry = agent_of(agent, now).entries.at(place);
  --entry.running;
  if (result.received.size() > kKeptEvents) {
    result.received.resize(kKeptEvents);
    result.received.shrink_to_fit();
  }
  entry.result = std::move(result);
}

const AgentBook::Entry* AgentBook::find(const std::string& agent, std::size_t place) const {
  const auto found = agents_.find(agent);
  return found == agents_.end() ? nullptr : &found->second.entries.at(place);
}

bool AgentBook::is_running(const std::string& agent, std::size_t place) const {
  const Entry* entry = find(agent, place);
  return entry != nullptr && entry->running > 0;
}

const CaseResult* AgentBook::result(const std::string& agent, std::size_t place) const {
  const Entry* entry = find(agent, place);
  return entry != nullptr && entry->running == 0 && entry->result ? &*entry->result : nullptr;
}

std::size_t AgentBook::repeated(const std::string& agent) const {
  const auto found = agents_.find(agent);
  if (found == agents_.end()) {
    return 0;
  }
  return static_cast<std::size_t>(
      std::count_if(found->second.entries.begin(), found->second.entries.end(),
                    [](const Entry& entry) { return entry.begun > 1; }));
}

std::vector<AgentRun> AgentBook::runs() const {
  std::vector<AgentRun> out;
  for (const std::string& name : order_) {
    const Agent& agent = agents_.at(name);
    AgentRun run;
    run.agent = name;
    run.duration = agent.last - agent.first;
    for (const Entry& entry : agent.entries) {
      if (entry.result) {
        run.results.push_back(*entry.result);
      }
    }
    out.push_back(std::move(run));
  }
  return out;
}

}  // namespace wsproof::conformance
