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
/// they like. The last connections of a case count, of as many as the case consists of: one, for
/// most; of several the worst.
class AgentBook {
 public:
  explicit AgentBook(const std::vector<const Case*>& cases) : cases_(cases) {}

  void begin(const std::string& agent, std::size_t place, Time now);
  /// Returns what is kept of this connection's result, valid until the next call.
  const CaseResult& end(const std::string& agent, std::size_t place, CaseResult result, Time now);

  /// Whether as many connections of the case run as it has side by side.
  [[nodiscard]] bool is_full(const std::string& agent, std::size_t place) const;
  /// Whether the case runs, or has run.
  [[nodiscard]] bool has_begun(const std::string& agent, std::size_t place) const;
  /// Null while the case runs, and before it has.
  [[nodiscard]] const CaseResult* result(const std::string& agent, std::size_t place) const;
  /// How many of the agent's cases have been run more often than they ask for.
  [[nodiscard]] std::size_t repeated(const std::string& agent) const;
  /// In the order in which they came.
  [[nodiscard]] const std::vector<std::string>& agents() const { return order_; }

  /// Each agent with the cases that have a result, by id.
  [[nodiscard]] std::vector<AgentRun> runs() const;

 private:
  struct Entry {
    std::size_t running = 0;
    std::size_t begun = 0;
    std::vector<CaseResult> latest;    // of as many connections as the case consists of
    std::optional<CaseResult> result;  // the worst of them
  };
  struct Agent {
    std::vector<Entry> entries;
    Time first{};
    Time last{};
  };
  [[nodiscard]] const Entry* find(const std::string& agent, std::size_t place) const;
  Agent& agent_of(const std::string& agent, Time now);

  const std::vector<const Case*>& cases_;
  std::map<std::string, Agent> agents_;
  std::vector<std::string> order_;
};

}  // namespace wsproof::conformance
