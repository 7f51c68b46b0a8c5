// SPDX-License-Identifier: Apache-2.0
#include "conformance/runner/runner.h"

#include <fmt/format.h>

#include <csignal>
#include <memory>
#include <utility>

#include "conformance/report/layout.h"
#include "conformance/runner/server_run.h"
#include "server/transport/signal_watcher.h"

namespace wsproof::conformance {
namespace {

/// The targets in turn, on one loop.
class Runner {
 public:
  Runner(const RunnerOptions& options, RunObserver& observer)
      : options_(options),
        observer_(observer),
        deadline_(loop_, [this] { deadline_passed(); }),
        starter_(loop_, [this] { begin(); }),
        interrupt_(loop_, SIGINT, [this] { interrupted("SIGINT"); }),
        terminate_(loop_, SIGTERM, [this] { interrupted("SIGTERM"); }) {}

  Run run() {
    run_.peer = Role::kServer;
    run_.cases = options_.cases;
    run_.started = std::chrono::system_clock::now();
    starter_.start(Time{});
    loop_.run();
    run_.duration = clock_.now();
    name_agents(run_.agents, options_.agents);
    return std::move(run_);
  }

 private:
  void begin() {
    clock_ = Clock();
    if (options_.deadline) {
      deadline_.start(std::chrono::duration_cast<Time>(*options_.deadline));
    }
    next_target();
  }

  void next_target() {
    current_.reset();
    if (run_.agents.size() == options_.targets.size()) {
      loop_.stop();
      return;
    }
    const Target& target = options_.targets[run_.agents.size()];
    observer_.on_target(target);
    current_ = std::make_unique<ServerRun>(loop_, clock_, target, options_, observer_,
                                           [this](AgentRun agent) {
                                             run_.agents.push_back(std::move(agent));
                                             loop_.defer([this] { next_target(); });
                                           });
    if (end_ == AgentRun::End::kComplete) {
      current_->start();
    } else {
      current_->stop(end_, end_reason_, end_reason_);
    }
  }

  void deadline_passed() {
    end(AgentRun::End::kDeadline, fmt::format("the deadline of {} for the whole run was reached",
                                              seconds(*options_.deadline)));
  }

  void interrupted(const char* signal) {
    if (end_ != AgentRun::End::kComplete) {
      std::_Exit(130);  // asked a second time: leave at once
    }
    end(AgentRun::End::kInterrupted, fmt::format("the run was interrupted ({})", signal));
  }

  void end(AgentRun::End end, std::string reason) {
    if (end_ != AgentRun::End::kComplete) {
      return;
    }
    end_ = end;
    end_reason_ = std::move(reason);
    if (current_ != nullptr) {
      current_->stop(end_, end_reason_, end_reason_);
    }
  }

  const RunnerOptions& options_;
  RunObserver& observer_;
  Loop loop_;
  Clock clock_;
  Timer deadline_;
  Timer starter_;
  SignalWatcher interrupt_;
  SignalWatcher terminate_;
  std::unique_ptr<ServerRun> current_;
  AgentRun::End end_ = AgentRun::End::kComplete;
  std::string end_reason_;
  Run run_;
};

}  // namespace

Run run_servers(const RunnerOptions& options, RunObserver& observer) {
  return Runner(options, observer).run();
}

}  // namespace wsproof::conformance
