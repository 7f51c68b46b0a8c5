// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "conformance/report/run.h"

namespace wsproof::conformance {

/// What each agent's cases came to, where clients come by themselves, in any order and as often as
/// they like. The last run of a case is the one that counts.
class AgentBook {
 public:
  explicit AgentBook(std::size_t case_count) : case_count_(case_count) {}

  void begin(const std::string& agent, std::size_t place, Time now);
  void end(const std::string& agent, std::size_t place, CaseResult result, Time now);

  [[nodiscard]] bool is_running(const std::string& agent, std::size_t place) const;
  /// Null while the case runs, and before it has.
  [[nodiscard]] const CaseResult* result(const std::string& agent, std::size_t place) const;
  /// How many of the agent's cases have been run more than once.
  [[nodiscard]] std::size_t repeated(const std::string& agent) const;
  /// In the order in which they came.
  [[nodiscard]] const std::vector<std::string>& agents() const { return order_; }

  /// Each agent with the cases that have a result, by id.
  [[nodiscard]] std::vector<AgentRun> runs() const;

 private:
  struct Entry {
    std::size_t running = 0;
    std::size_t begun = 0;
    std::optional<CaseResult> result;
  };
  struct Agent {
    std::vector<Entry> entries;
    Time first{};
    Time last{};
  };
  [[nodiscard]] const Entry* find(const std::string& agent, std::size_t place) const;
  Agent& agent_of(const std::string& agent, Time now);

  std::size_t case_count_;
  std::map<std::string, Agent> agents_;
  std::vector<std::string> order_;
};

}  // namespace wsproof::conformance
