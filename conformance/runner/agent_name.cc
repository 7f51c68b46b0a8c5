// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <set>

#include "conformance/report/escape.h"
#include "conformance/runner/runner.h"

namespace wsproof::conformance {
namespace {

// It stands at the head of columns, and in names of files.
constexpr std::size_t kNameColumns = 60;

std::string own_name(const AgentRun& agent) {
  for (const CaseResult& result : agent.results) {
    if (result.peer_name && !result.peer_name->empty()) {
      return cut(printable(*result.peer_name), kNameColumns);
    }
  }
  return "UnknownServer";
}

}  // namespace

std::vector<std::string> name_agents(std::vector<AgentRun>& agents,
                                     const std::vector<std::string>& given) {
  std::vector<std::string> notes;
  std::set<std::string> taken;
  for (std::size_t i = 0; i < agents.size(); ++i) {
    const bool is_given = i < given.size() && !given[i].empty();
    const std::string name = is_given ? given[i] : own_name(agents[i]);
    agents[i].agent = name;
    for (int number = 2; !taken.insert(utf8_or_replaced(agents[i].agent)).second; ++number) {
      agents[i].agent = name + '-' + std::to_string(number);
    }
    if (agents[i].agent != name) {
      notes.push_back(fmt::format("{} is {} in reports: another endpoint is named {} already",
                                  agents[i].target, agents[i].agent, name));
    }
  }
  return notes;
}

}  // namespace wsproof::conformance
