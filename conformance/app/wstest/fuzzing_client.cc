// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "conformance/app/report_folder.h"
#include "conformance/app/selection.h"
#include "conformance/app/terminal.h"
#include "conformance/app/usage.h"
#include "conformance/app/wstest/modes.h"
#include "conformance/app/wstest/sockets.h"
#include "conformance/app/wstest/spec.h"
#include "conformance/report/console.h"
#include "conformance/report/layout.h"
#include "conformance/runner/interrupts.h"
#include "conformance/runner/runner.h"

namespace wsproof::conformance::wstest {
namespace {

constexpr std::string_view kDefaults = R"({
   "outdir": "./reports/servers",
   "servers": [
      {
         "url": "ws://127.0.0.1:9001"
      }
   ],
   "cases": ["*"],
   "exclude-cases": [],
   "exclude-agent-cases": {}
}
)";

/// Says a line for each case.
class Lines final : public RunObserver {
 public:
  Lines(const ServerSpec& server, std::string peer) : server_(server), peer_(std::move(peer)) {}

  void on_result(const CaseResult& result) override {
    if (result.transcript.empty()) {
      return;  // it never ran: nobody was there
    }
    const std::string unnamed = result.peer_name.value_or("UnknownServer");
    say(fmt::format("Running test case ID {} for agent {} from peer {}", result.case_id,
                    server_.agent.empty() ? unnamed : server_.agent, peer_));
  }

 private:
  const ServerSpec& server_;
  std::string peer_;
};

std::string peer_of(const Target& target) {
  const bool is_ipv6 = target.host.find(':') != std::string::npos;
  return fmt::format("{}:{}:{}", is_ipv6 ? "tcp6" : "tcp4", target.host, target.port);
}

std::vector<const Case*> without_excluded(const std::vector<const Case*>& cases,
                                          const AgentExclusions& exclusions,
                                          const std::string& agent) {
  std::vector<const Case*> out;
  std::copy_if(cases.begin(), cases.end(), std::back_inserter(out),
               [&](const Case* one) { return !is_excluded(exclusions, agent, one->id); });
  return out;
}

Run run_server(const ServerSpec& server, std::vector<const Case*> cases, const Options& options) {
  RunnerOptions runner;
  runner.targets = {server.target};
  if (server.target.secure) {
    runner.targets.front().tls = any_certificate();
  }
  runner.agents = {server.agent};
  runner.cases = std::move(cases);
  runner.jobs = options.jobs;
  runner.engine.origin = server.origin;
  runner.engine.subprotocols = server.protocols;
  runner.engine.settle = Settle::kWait;
  Lines lines(server, peer_of(server.target));
  return run_servers(runner, lines);
}

/// Puts the agents of a later run behind those of the first.
void append(Run& all, Run more) {
  const auto later =
      std::chrono::duration_cast<std::chrono::microseconds>(more.started - all.started);
  for (AgentRun& agent : more.agents) {
    for (CaseResult& result : agent.results) {
      result.started += later;
    }
    all.agents.push_back(std::move(agent));
  }
  all.duration = later + more.duration;
}

/// The cases of a server that has no name are chosen when it has told one.
void drop_excluded(AgentRun& agent, const AgentExclusions& exclusions) {
  agent.results.erase(std::remove_if(agent.results.begin(), agent.results.end(),
                                     [&](const CaseResult& result) {
                                       return is_excluded(exclusions, agent.agent, result.case_id);
                                     }),
                      agent.results.end());
}

Run run_all(const FuzzingClientSpec& spec, const std::vector<const Case*>& cases,
            const Options& options) {
  Run all;
  all.started = std::chrono::system_clock::now();
  std::vector<std::string> agents;
  for (const ServerSpec& server : spec.servers) {
    auto its_cases = without_excluded(cases, spec.choice.exclude_for_agents, server.agent);
    if (its_cases.empty()) {
      say(fmt::format("No test case is left for {}",
                      server.agent.empty() ? server.target.url : "agent " + server.agent));
      continue;
    }
    Run one = run_server(server, std::move(its_cases), options);
    const bool interrupted = one.agents.front().end == AgentRun::End::kInterrupted;
    drop_excluded(one.agents.front(), spec.choice.exclude_for_agents);
    agents.push_back(one.agents.front().agent);
    append(all, std::move(one));
    if (interrupted) {
      break;
    }
  }
  all.version = WSPROOF_VERSION;
  all.peer = Role::kServer;
  all.cases = cases;
  warn(name_agents(all.agents, agents));
  for (AgentRun& agent : all.agents) {
    agent.rerun = fmt::format("wsproof server '{}' --settle wait", agent.target);
  }
  return all;
}

int status_of(const Run& run, const Options& options) {
  for (const AgentRun& agent : run.agents) {
    if (agent.end == AgentRun::End::kInterrupted) {
      return exit_code::kInterrupted;
    }
  }
  for (const AgentRun& agent : run.agents) {
    if (agent.end != AgentRun::End::kComplete) {
      return exit_code::kTarget;
    }
  }
  return options.strict_exit && has_failure(run) ? exit_code::kUnexpected : exit_code::kAsExpected;
}

}  // namespace

int run_fuzzing_client(const Options& options) {
  const SpecFile file = load_spec(options, kDefaults);
  std::vector<std::string> warnings;
  const FuzzingClientSpec spec = read_fuzzing_client(file.name, file.text, warnings);
  hold_interrupts();
  const std::vector<Case> catalogue = load_cases("");
  std::vector<const Case*> cases = choose_cases(catalogue, spec.choice, warnings);
  cases.erase(
      std::remove_if(cases.begin(), cases.end(), [](const Case* one) { return !one->for_servers; }),
      cases.end());
  warn(warnings);
  const ReportFolder folder(spec.outdir);

  say(fmt::format("Ok, will run {} test cases against {} servers", cases.size(),
                  spec.servers.size()));
  const Run run = run_all(spec, cases, options);
  if (run.agents.empty()) {
    throw UsageError(
        fmt::format("{}: at /exclude-agent-cases: no case is selected: they take away all that "
                    "\"cases\" names",
                    file.name));
  }
  const std::vector<std::string> failures = folder.write(run);
  warn(failures);

  ConsoleOptions console;
  console.width = output_width();
  console.colour = use_colour(Colour::kAuto);
  print('\n' + console_report(run, console));
  const int status = status_of(run, options);
  return status == exit_code::kAsExpected && !failures.empty() ? exit_code::kUsage : status;
}

}  // namespace wsproof::conformance::wstest
