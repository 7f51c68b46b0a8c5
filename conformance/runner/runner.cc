// SPDX-License-Identifier: Apache-2.0
#include "conformance/runner/runner.h"

#include <fmt/format.h>

#include <csignal>
#include <memory>
#include <utility>

#include "conformance/report/layout.h"
#include "conformance/runner/interrupts.h"
#include "conformance/runner/server_run.h"
#include "server/transport/process.h"

namespace wsproof::conformance {
namespace {

// For a server that we started to end by itself, before it is killed.
constexpr Time kEndPatience = std::chrono::seconds(2);

/// The targets in turn, on one loop.
class Runner {
 public:
  Runner(const RunnerOptions& options, RunObserver& observer)
      : options_(options),
        observer_(observer),
        deadline_(loop_, [this] { deadline_passed(); }),
        starter_(loop_, [this] { begin(); }),
        kill_(loop_, [this] { process_->signal(SIGKILL); }),
        interrupts_(loop_, [this](const char* signal) { interrupted(signal); }) {}

  Run run() {
    run_.peer = Role::kServer;
    run_.cases = options_.cases;
    run_.started = std::chrono::system_clock::now();
    starter_.start(Time{});
    loop_.run();
    run_.duration = clock_.now();
    for (const std::string& note : name_agents(run_.agents, options_.agents)) {
      observer_.on_complaint(note);
    }
    return std::move(run_);
  }

 private:
  void begin() {
    clock_ = Clock();
    if (options_.deadline) {
      deadline_.start(std::chrono::duration_cast<Time>(*options_.deadline));
    }
    if (options_.command.empty()) {
      next_target();
      return;
    }
    auto process = Process::start(loop_, options_.command,
                                  [this](const ProcessEnd& how) { server_ended(how); });
    if (process) {
      process_ = std::move(*process);
    } else {
      end_ = AgentRun::End::kUnreachable;
      end_reason_ = process.error().message;
    }
    next_target();
  }

  /// The program that is the server under test. One that had been reached is found to be dead by
  /// the connections that it refuses, which tells after which case.
  void server_ended(const ProcessEnd& how) {
    process_end_ = how;
    if (leaving_) {
      loop_.stop();
    } else if (current_ != nullptr && !current_->reached()) {
      end(AgentRun::End::kUnreachable,
          fmt::format("the server ended before it listened: {}", how.text()));
    }
  }

  /// Ends the program that we started, gently first.
  void leave() {
    if (process_ == nullptr || !process_->running()) {
      loop_.stop();
      return;
    }
    leaving_ = true;
    process_->signal(SIGTERM);
    kill_.start(kEndPatience);
  }

  void add_program_end(AgentRun& agent) {
    const bool failed = process_end_ && (process_end_->signal != 0 || process_end_->status != 0);
    if (failed && agent.end == AgentRun::End::kComplete) {
      agent.end = AgentRun::End::kDied;
      agent.end_reason = "the command ended by itself before the run was over";
    }
    if (process_ == nullptr || agent.end == AgentRun::End::kComplete) {
      return;
    }
    if (process_end_ && agent.end == AgentRun::End::kDied) {
      agent.end_reason += fmt::format("; it had ended with {}", process_end_->text());
    }
    agent.program_output = process_->last_lines();
  }

  void next_target() {
    current_.reset();
    if (run_.agents.size() == options_.targets.size()) {
      leave();
      return;
    }
    const Target& target = options_.targets[run_.agents.size()];
    observer_.on_target(target);
    current_ = std::make_unique<ServerRun>(loop_, clock_, target, options_, observer_,
                                           [this](AgentRun agent) {
                                             add_program_end(agent);
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
      if (process_ != nullptr) {
        process_->signal(SIGKILL);
      }
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
  Timer kill_;
  Interrupts interrupts_;
  std::unique_ptr<Process> process_;
  std::optional<ProcessEnd> process_end_;
  bool leaving_ = false;
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
