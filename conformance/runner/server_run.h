// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/report/run.h"
#include "conformance/runner/case_run.h"
#include "conformance/runner/runner.h"
#include "conformance/runner/schedule.h"
#include "conformance/runner/tls_probe.h"

namespace wsproof::conformance {

/// All cases against one server: starts them as the schedule says, waits for a server that is not
/// there yet, and notices one that has died.
class ServerRun {
 public:
  /// All references outlive this object. `done` is called once, as the last thing that happens; the
  /// object may not be destroyed there.
  ServerRun(Loop& loop, Clock clock, const Target& target, const RunnerOptions& options,
            RunObserver& observer, std::function<void(AgentRun)> done);

  void start();
  /// Ends it now; every case gets a result, and those that were not over have `each` as their
  /// reason. `done` is called from within.
  void stop(AgentRun::End end, const std::string& reason, const std::string& each);
  /// Whether a connection was made at least once.
  [[nodiscard]] bool reached() const { return reached_; }

 private:
  void start_cases();
  void case_ended(std::size_t place, ConnectionOutcome outcome);
  [[nodiscard]] Schedule::Outcome outcome_of(const CaseResult& result) const;
  void not_reached(const TransportError& error);
  /// Whether the first case of all failed in its opening handshake, as where TLS was wanted.
  [[nodiscard]] bool may_want_tls(const CaseResult& first) const;
  void ask_for_tls(std::size_t place, CaseResult result);
  void tls_told(bool speaks_tls);
  /// Where connections were cut off and no case is left to run, nothing has told yet whether the
  /// server died.
  void look_a_last_time();
  void conclude(std::size_t place, CaseResult result);
  void conclude_rest(const std::string& reason);
  void report_progress();
  void finish();
  [[nodiscard]] Time now() const { return clock_.now(); }
  [[nodiscard]] std::string death_sentence(const TransportError& error) const;

  Loop& loop_;
  Clock clock_;
  Time started_{};
  const Target& target_;
  const RunnerOptions& options_;
  EngineOptions engine_options_;
  RunObserver& observer_;
  std::function<void(AgentRun)> done_;

  Schedule schedule_;
  std::vector<std::unique_ptr<CaseRun>> running_;  // by the case's place; null: not running
  std::vector<std::unique_ptr<CaseRun>> ended_;    // destroyed at the end of the tick
  std::vector<std::optional<CaseResult>> results_;
  std::map<std::size_t, CaseResult> late_;  // first results of late cases; see Schedule
  std::size_t concluded_ = 0;
  std::size_t failed_ = 0;
  bool cut_off_ = false;  // a case failed as it would if the server died

  Timer retry_;
  Timer ticker_;
  bool reached_ = false;   // at least once
  bool answered_ = false;  // a case has had its result
  struct Scout {
    std::size_t place;
    CaseResult result;
  };
  std::optional<Scout> scout_;  // waits for what the probe tells
  std::unique_ptr<TlsProbe> probe_;
  struct LastLook {
    LastLook(Loop& loop, const Target& target,
             const std::function<void(const TransportError*)>& over);
    Timer patience;
    TcpConnector connector;
  };
  std::unique_ptr<LastLook> last_look_;
  int refused_in_a_row_ = 0;
  bool holding_ = false;                 // nothing is started until the retry
  std::vector<std::string> last_ended_;  // cases that ended since a connection was last made
  bool stopping_ = false;
  AgentRun run_;
};

}  // namespace wsproof::conformance
