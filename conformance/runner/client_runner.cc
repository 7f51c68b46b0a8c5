// SPDX-License-Identifier: Apache-2.0
#include "conformance/runner/client_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <utility>

#include "conformance/report/layout.h"
#include "conformance/runner/client_programs.h"
#include "conformance/runner/interrupts.h"
#include "conformance/runner/verdicts.h"

namespace wsproof::conformance {
namespace {

constexpr Time kTick = std::chrono::milliseconds(100);

std::string base_name(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    out += (out.empty() ? "" : " ") + word;
  }
  return out;
}

/// The listening side and, where there is one, the program under test, on one loop.
class ClientRunner final : private ClientRunObserver {
 public:
  ClientRunner(const ClientRunnerOptions& options, ClientRunnerObserver& observer)
      : options_(options),
        observer_(observer),
        clients_(loop_, clock_, options.clients, *this),
        deadline_(loop_, [this] { deadline_passed(); }),
        ticker_(loop_, [this] { report_progress(); }),
        interrupts_(loop_, [this](const char* signal) { interrupted(signal); }) {}

  tl::expected<Run, std::string> run() {
    const auto listening = clients_.listen();
    if (!listening) {
      return tl::unexpected(listening.error().message);
    }
    run_.peer = Role::kClient;
    run_.cases = options_.clients.cases;
    run_.started = std::chrono::system_clock::now();
    if (options_.deadline) {
      deadline_.start(std::chrono::duration_cast<Time>(*options_.deadline));
    }
    ticker_.start_repeating(kTick, kTick);
    observer_.on_listening(clients_.url());
    loop_.defer([this] { begin(); });
    loop_.run();
    clients_.count_lost();
    run_.duration = clock_.now();
    run_.agents = agents();
    return std::move(run_);
  }

 private:
  void begin() {
    if (options_.command.empty()) {
      return;
    }
    const std::string agent = program_agent();
    if (!options_.once) {
      programs_ = std::make_unique<ClientPrograms>(loop_, clock_, options_, agent, clients_.url(),
                                                   observer_, [this] { leave(); });
      programs_->start();
      return;
    }
    auto process = Process::start(loop_, fill_in(options_.command, {clients_.url(), "", agent}),
                                  [this](const ProcessEnd& end) { program_ended(end); });
    if (process) {
      process_ = std::move(*process);
    } else {
      end(AgentRun::End::kUnreachable, process.error().message);
    }
  }

  [[nodiscard]] std::string program_agent() const {
    return options_.agent.empty() ? base_name(options_.command.front()) : options_.agent;
  }

  // --- what ends it

  void program_ended(const ProcessEnd& how) {
    program_end_ = how;
    // Connections that it made may still stand in the listener's queue.
    settle_.emplace(loop_, [this] { end(AgentRun::End::kComplete, "the program ended"); });
    settle_->start(kTick);
  }

  void on_stop_requested() override { end(AgentRun::End::kComplete, "a client ended the run"); }

  void deadline_passed() {
    end(AgentRun::End::kDeadline, fmt::format("the deadline of {} for the whole run was reached",
                                              seconds(*options_.deadline)));
  }

  void interrupted(const char* signal) {
    if (ending_) {
      process_.reset();
      programs_.reset();
      std::_Exit(130);  // asked a second time: leave at once
    }
    end(AgentRun::End::kInterrupted, fmt::format("the run was interrupted ({})", signal));
  }

  void end(AgentRun::End end, const std::string& reason) {
    if (std::exchange(ending_, true)) {
      return;
    }
    end_ = end;
    end_reason_ = reason;
    clients_.stop(reason);
    if (programs_ != nullptr) {
      programs_->stop(end, reason, reason);  // leaves when it has
    } else {
      leave();
    }
  }

  void leave() {
    deadline_.stop();
    ticker_.stop();
    settle_.reset();
    loop_.defer([this] {
      if (process_ != nullptr && process_->running()) {
        process_->signal(SIGTERM);
      }
      loop_.stop();
    });
  }

  // --- what happens on the listening side

  void on_case_started(const Case& test_case, const std::string& agent,
                       const std::string& peer) override {
    observer_.on_case_started(test_case, agent, peer);
    last_started_ = test_case.id;
    if (const auto place = place_of(test_case, agent)) {
      programs_->on_case_started(*place);
    } else if (programs_ != nullptr) {
      programs_->on_obstacle(
          fmt::format("a client came for case {} without agent={} in its URL: where a shell starts "
                      "it, quote {{url}}, as '{{url}}', because the shell cuts it at the &",
                      test_case.id, query_escaped(program_agent())));
    }
  }

  void on_case_ended(const Case& test_case, const std::string& agent,
                     const CaseResult& result) override {
    if (const auto place = place_of(test_case, agent)) {
      programs_->on_case_ended(*place, result);
    } else {
      ++concluded_;
      failed_ += result.verdict == Verdict::kFail ? 1 : 0;
      observer_.on_result(result);
    }
  }

  void on_update_reports(const std::string& /*agent*/) override {
    Run so_far = run_;
    so_far.duration = clock_.now();
    so_far.agents = clients_.book().runs();
    for (AgentRun& agent : so_far.agents) {
      agent.target = target();
    }
    observer_.on_update_reports(so_far);
  }

  void on_complaint(const std::string& sentence) override { observer_.on_complaint(sentence); }

  void on_lost_in_tls(const std::string& reason) override {
    lost_in_tls_ = reason;
    if (programs_ != nullptr) {
      programs_->on_obstacle("a TLS connection failed: " + reason);
    }
  }

  /// The case's place where it is one of a program that we started.
  [[nodiscard]] std::optional<std::size_t> place_of(const Case& test_case,
                                                    const std::string& agent) const {
    if (programs_ == nullptr || agent != program_agent()) {
      return std::nullopt;
    }
    const auto& cases = options_.clients.cases;
    return static_cast<std::size_t>(std::find(cases.begin(), cases.end(), &test_case) -
                                    cases.begin());
  }

  void report_progress() {
    Progress progress;
    if (programs_ != nullptr) {
      progress = programs_->progress();
    } else {
      progress.total =
          options_.clients.cases.size() * std::max<std::size_t>(clients_.book().agents().size(), 1);
      progress.done = std::min(concluded_, progress.total);
      progress.failed = failed_;
      progress.running = concluded_ < progress.total ? last_started_ : "";
    }
    progress.target = target();
    observer_.on_progress(progress);
  }

  // --- what came of it

  [[nodiscard]] std::string target() const {
    return options_.command.empty() ? clients_.url() : joined(options_.command);
  }

  [[nodiscard]] std::vector<AgentRun> agents() {
    std::vector<AgentRun> out;
    if (programs_ != nullptr) {
      out.push_back(programs_->take());
      out.back().agent = program_agent();
      out.back().duration = run_.duration;
    } else {
      out = clients_.book().runs();
      if (out.empty()) {
        out.push_back(nobody());
      }
      for (AgentRun& agent : out) {
        complete(agent);
      }
    }
    for (AgentRun& agent : out) {
      agent.target = target();
    }
    if (!options_.command.empty() && options_.agent.empty() && out.size() == 1) {
      name_by_itself(out.front());
    }
    return out;
  }

  /// Nobody has run a single case.
  [[nodiscard]] AgentRun nobody() const {
    AgentRun out;
    out.agent = options_.command.empty() ? "UnknownClient" : program_agent();
    out.duration = run_.duration;
    return out;
  }

  static void name_by_itself(AgentRun& agent) {
    std::vector<AgentRun> one(1);
    one[0].results = std::move(agent.results);
    const bool has_name = std::any_of(
        one[0].results.begin(), one[0].results.end(),
        [](const CaseResult& result) { return result.peer_name && !result.peer_name->empty(); });
    name_agents(one, {has_name ? "" : agent.agent});
    agent.results = std::move(one[0].results);
    agent.agent = one[0].agent;
  }

  /// Gives the cases that the agent has not run a result, and says how its run ended.
  void complete(AgentRun& agent) const {
    EngineOptions engine = options_.clients.engine;
    engine.peer = Role::kClient;
    const bool came = !agent.results.empty();
    const bool not_supported =
        program_end_ && program_end_->signal == 0 && program_end_->status == kNotSupported;
    std::vector<CaseResult> results;
    std::size_t missing = 0;
    auto given = agent.results.begin();
    for (const Case* one : options_.clients.cases) {
      if (given != agent.results.end() && given->case_id == one->id) {
        results.push_back(std::move(*given++));
        continue;
      }
      ++missing;
      if (not_supported) {
        results.push_back(unsupported(*one, "", Time{}));
        results.back().happened = "the program does not support this (exit status 127)";
      } else {
        results.push_back(not_run(*one, engine, "the client never asked for it", Time{}));
      }
    }
    agent.results = std::move(results);
    judge_end(agent, came, not_supported ? 0 : missing);
    if (process_ != nullptr && agent.end != AgentRun::End::kComplete) {
      agent.program_output = process_->last_lines();
    }
  }

  /// `missing` is how many cases the agent should have asked for and did not.
  void judge_end(AgentRun& agent, bool came, std::size_t missing) const {
    const bool never_began = end_ == AgentRun::End::kUnreachable;
    if (!never_began && program_end_ && program_end_->signal != 0) {
      agent.end = AgentRun::End::kDied;
      agent.end_reason = fmt::format("the program was ended by {}", program_end_->text());
    } else if (!never_began && !came && missing > 0 && end_ != AgentRun::End::kInterrupted) {
      agent.end =
          end_ == AgentRun::End::kDeadline ? AgentRun::End::kDeadline : AgentRun::End::kUnreachable;
      agent.end_reason = fmt::format("no client asked for a case: {}", nobody_why());
    } else if (never_began || missing > 0) {
      // Whoever waits for clients ends the run by SIGINT or a deadline: that is no failure by
      // itself, but cases that were not run are.
      agent.end = end_;
      agent.end_reason = end_reason_;
      if (end_ == AgentRun::End::kComplete) {
        agent.end = AgentRun::End::kDied;
        agent.end_reason = fmt::format("{} never asked for {} of the {} cases: {}", agent.agent,
                                       missing, options_.clients.cases.size(), nobody_why());
      }
    }
  }

  [[nodiscard]] std::string nobody_why() const {
    const std::string end =
        program_end_ ? fmt::format("the program ended with {}", program_end_->text()) : end_reason_;
    return lost_in_tls_.empty() ? end
                                : fmt::format("{}; a TLS connection failed: {}", end, lost_in_tls_);
  }

  const ClientRunnerOptions& options_;
  ClientRunnerObserver& observer_;
  Loop loop_;
  Clock clock_;
  ClientRun clients_;
  std::unique_ptr<ClientPrograms> programs_;  // a program for each case
  std::unique_ptr<Process> process_;          // one program for all
  std::optional<ProcessEnd> program_end_;
  std::optional<Timer> settle_;
  Timer deadline_;
  Timer ticker_;
  Interrupts interrupts_;
  std::string last_started_;
  std::string lost_in_tls_;  // why the latest client was
  std::size_t concluded_ = 0;
  std::size_t failed_ = 0;
  bool ending_ = false;
  AgentRun::End end_ = AgentRun::End::kComplete;
  std::string end_reason_;
  Run run_;
};

}  // namespace

tl::expected<Run, std::string> run_clients(const ClientRunnerOptions& options,
                                           ClientRunnerObserver& observer) {
  return ClientRunner(options, observer).run();
}

}  // namespace wsproof::conformance
