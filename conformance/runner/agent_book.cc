// SPDX-License-Identifier: Apache-2.0
#include "conformance/runner/agent_book.h"

#include <algorithm>
#include <utility>

#include "conformance/runner/verdicts.h"

namespace wsproof::conformance {
namespace {

// Of a flood, a report needs no more; the counts are in the statistics.
constexpr std::size_t kKeptEvents = 200;

}  // namespace

AgentBook::Agent& AgentBook::agent_of(const std::string& agent, Time now) {
  const auto [found, is_new] = agents_.try_emplace(agent);
  if (is_new) {
    found->second.entries.resize(cases_.size());
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

const CaseResult& AgentBook::end(const std::string& agent, std::size_t place, CaseResult result,
                                 Time now) {
  Entry& entry = agent_of(agent, now).entries.at(place);
  --entry.running;
  if (result.received.size() > kKeptEvents) {
    result.received.resize(kKeptEvents);
    result.received.shrink_to_fit();
  }
  if (entry.latest.size() == connections_of(*cases_[place])) {
    entry.latest.erase(entry.latest.begin());
  }
  entry.latest.push_back(std::move(result));
  entry.result = worst(entry.latest);
  return entry.latest.back();
}

const AgentBook::Entry* AgentBook::find(const std::string& agent, std::size_t place) const {
  const auto found = agents_.find(agent);
  return found == agents_.end() ? nullptr : &found->second.entries.at(place);
}

bool AgentBook::has_begun(const std::string& agent, std::size_t place) const {
  const Entry* entry = find(agent, place);
  return entry != nullptr && entry->begun > 0;
}

bool AgentBook::is_full(const std::string& agent, std::size_t place) const {
  const Entry* entry = find(agent, place);
  return entry != nullptr && entry->running >= std::max(cases_[place]->connections, 1U);
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
  std::size_t count = 0;
  for (std::size_t place = 0; place < cases_.size(); ++place) {
    count += found->second.entries[place].begun > connections_of(*cases_[place]) ? 1U : 0U;
  }
  return count;
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
