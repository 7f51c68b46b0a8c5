// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "conformance/report/run.h"
#include "conformance/runner/client_run.h"
#include "conformance/runner/runner.h"

namespace wsproof::conformance {

// Each is a process of its own, of which some take a core to start.
inline constexpr std::size_t kDefaultClientJobs = 4;

struct ClientRunnerOptions {
  ClientRunOptions clients;          ///< where to listen, and the cases
  std::vector<std::string> command;  ///< the program under test; empty: clients come by themselves
  bool once = false;                 ///< the program runs once, and through all cases by itself
  std::string agent;                 ///< the program's name in reports; empty: its User-Agent field
  std::size_t jobs = kDefaultClientJobs;
  Duration connect_timeout{10'000};  ///< for a program to connect, once it has been started
  std::optional<Duration> deadline;  ///< for the whole run
};

/// Is told how a run goes on, in the loop's thread.
class ClientRunnerObserver : public RunObserver {
 public:
  /// "ws://127.0.0.1:9001".
  virtual void on_listening(const std::string& /*url*/) {}
  virtual void on_case_started(const Case&, const std::string& /*agent*/,
                               const std::string& /*peer*/) {}
  /// A client asks for its report files: all that is known so far.
  virtual void on_update_reports(const Run&) {}
};

/// Lets clients run the cases, and returns when all is over: the program has been through all of
/// them, or has ended; clients that come by themselves have asked for the end; SIGINT, SIGTERM or
/// SIGHUP; the deadline. Every case has a result for each agent, whatever the clients do. The
/// error, when it cannot be listened, is a sentence.
[[nodiscard]] tl::expected<Run, std::string> run_clients(const ClientRunnerOptions& options,
                                                         ClientRunnerObserver& observer);

}  // namespace wsproof::conformance
