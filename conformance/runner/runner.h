// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "conformance/engine/engine.h"
#include "conformance/report/progress.h"
#include "conformance/report/run.h"
#include "conformance/runner/target.h"

namespace wsproof::conformance {

// Enough to hide every wait of a case behind others, and far below the usual limit of 1024 open
// files; targets with a backlog of 128, or with a thread for each connection, are at ease with it.
inline constexpr std::size_t kDefaultJobs = 64;

struct RunnerOptions {
  std::vector<Target> targets;       ///< run one after the other
  std::vector<std::string> agents;   ///< a name for each target, from the first on; "": by itself
  std::vector<const Case*> cases;    ///< ordered by id
  std::size_t jobs = kDefaultJobs;   ///< cases at a time
  Duration wait_for{};               ///< how long a target may take until it listens
  std::optional<Duration> deadline;  ///< for the whole run
  /// The server under test, started before the run and ended behind it; empty: it is there already.
  std::vector<std::string> command;
  EngineOptions engine;  ///< host and resource are set for each target
};

/// Is told how a run goes on, in the loop's thread.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void on_target(const Target&) {}
  virtual void on_result(const CaseResult&) {}
  /// Several times a second while cases run.
  virtual void on_progress(const Progress&) {}
  /// Something that is worth telling and is no result: a sentence.
  virtual void on_complaint(const std::string& /*sentence*/) {}
};

/// Runs the cases against each target and returns when all is over. SIGINT, SIGTERM and SIGHUP end
/// the run: cases that are running get a verdict from what was seen, the others are not run. Every
/// case has a result, whatever the target does.
[[nodiscard]] Run run_servers(const RunnerOptions& options, RunObserver& observer);

/// Names for agents in the order of the runs: the name given, else the Server field, else
/// "UnknownServer". Of those with the same name the second gets "-2" behind it, and so on, since
/// reports go by the name; the sentences that come back say so.
std::vector<std::string> name_agents(std::vector<AgentRun>& agents,
                                     const std::vector<std::string>& given);

}  // namespace wsproof::conformance
