// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "conformance/report/run.h"

namespace wsproof::conformance {

/// One endpoint of a run that is joined from several, and which file each of its results came from.
class Joint {
 public:
  /// The run that an agent is taken from.
  struct Origin {
    std::string file;
    Shard shard;
    Role peer = Role::kServer;
  };

  Joint(AgentRun agent, Origin origin);

  /// Whether the other goes by the same name, or by none because it was not reached.
  [[nodiscard]] bool has_name_of(const AgentRun& other) const;
  /// Whether the other is the same endpoint as far as targets tell.
  [[nodiscard]] bool has_target_of(const AgentRun& other) const;

  [[nodiscard]] const std::string& name() const { return agent_.agent; }
  [[nodiscard]] const std::string& target() const { return agent_.target; }
  [[nodiscard]] const std::string& file() const { return origins_.front().file; }
  /// The name in the whole, where another endpoint has the same.
  void rename(std::string name) { agent_.agent = std::move(name); }

  /// Takes the other's results too. `notes` gets a sentence for what is there twice.
  void add(AgentRun other, const Origin& origin, std::vector<std::string>& notes);

  /// Which of its shards is missing or given twice, a sentence; empty where the whole is there.
  [[nodiscard]] std::string what_is_amiss() const;

  /// The whole, ordered by id.
  [[nodiscard]] AgentRun finish() &&;

 private:
  void add_results(std::vector<CaseResult> results, const std::string& file,
                   std::vector<std::string>& notes);

  std::string given_name_;  // in the files
  AgentRun agent_;
  Role peer_;
  std::vector<Origin> origins_;
  std::vector<std::string> files_;  // where each result came from
};

}  // namespace wsproof::conformance
