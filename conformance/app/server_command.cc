// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/app/commands.h"
#include "conformance/app/judging_options.h"
#include "conformance/app/github.h"
#include "conformance/app/progress_view.h"
#include "conformance/app/report_folder.h"
#include "conformance/app/selection.h"
#include "conformance/app/shard_option.h"
#include "conformance/app/terminal.h"
#include "conformance/app/tls_options.h"
#include "conformance/app/usage.h"
#include "conformance/catalogue/shorten.h"
#include "conformance/report/console.h"
#include "conformance/report/escape.h"
#include "conformance/report/explain.h"
#include "conformance/report/layout.h"
#include "conformance/runner/runner.h"

namespace wsproof::conformance {
namespace {

struct ServerOptions {
  std::vector<std::string> words;  // URLs and selectors
  std::vector<std::string> exclude;
  std::vector<std::string> agents;
  std::string report_dir;
  Shard shard;
  std::string cases;
  std::string origin;
  std::vector<std::string> subprotocols;
  std::size_t jobs = kDefaultJobs;
  double wait_for = 0;
  double deadline = 0;
  double open_timeout = 4;
  double case_timeout = 60;
  std::uint64_t messages = 0;  // of an exchange; 0: as many as the case says
  Settle settle = Settle::kPing;
  Colour colour = Colour::kAuto;
  TlsClientFlags tls;
  JudgingFlags judging;
  bool verbose = false;
  bool trace = false;
  bool dry_run = false;
};

Duration from_seconds(double value) {
  return Duration(static_cast<Duration::rep>(std::llround(value * 1000)));
}

struct Words {
  std::vector<Target> targets;
  std::vector<std::string> selectors;
};

/// Tells URLs from selectors: a selector has neither "//" nor a ':'.
Words sort_words(const std::vector<std::string>& words) {
  Words out;
  for (const std::string& word : words) {
    if (word.find("//") == std::string::npos && word.find(':') == std::string::npos) {
      out.selectors.push_back(word);
      continue;
    }
    auto target = parse_target(word);
    if (!target) {
      throw UsageError(target.error());
    }
    out.targets.push_back(std::move(*target));
  }
  if (out.targets.empty()) {
    throw UsageError("no URL given: name the server, as in wsproof server ws://127.0.0.1:9001/");
  }
  return out;
}

/// A word as a shell takes it.
std::string quoted(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._/:=@%+,[]").find(c) != std::string_view::npos;
  });
  if (plain && word.find('[') == std::string::npos) {
    return word;
  }
  std::string out = "'";
  for (const char c : word) {
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return out + "'";
}

std::string rerun_command(const std::string& url, const ServerOptions& options) {
  const ServerOptions usual;
  std::string out = "wsproof server " + quoted(url);
  const auto add = [&](const char* flag, const std::string& value) {
    out += fmt::format(" {} {}", flag, quoted(value));
  };
  if (!options.cases.empty()) {
    add("--cases", options.cases);
  }
  for (const auto& [flag, value] : given_flags(options.tls)) {
    if (value.empty()) {
      out += fmt::format(" {}", flag);
    } else {
      add(flag, value);
    }
  }
  if (!options.origin.empty()) {
    add("--origin", options.origin);
  }
  for (const std::string& subprotocol : options.subprotocols) {
    add("--subprotocol", subprotocol);
  }
  if (options.settle == Settle::kWait) {
    add("--settle", "wait");
  }
  if (options.open_timeout != usual.open_timeout) {
    add("--open-timeout", fmt::format("{}", options.open_timeout));
  }
  if (options.case_timeout != usual.case_timeout) {
    add("--case-timeout", fmt::format("{}", options.case_timeout));
  }
  if (options.messages != usual.messages) {
    add("--messages", std::to_string(options.messages));
  }
  return out;
}

std::vector<const Case*> cases_for_servers(const std::vector<Case>& catalogue, const Words& words,
                                           const ServerOptions& options) {
  auto cases = select_or_explain(catalogue, words.selectors, options.exclude);
  cases.erase(
      std::remove_if(cases.begin(), cases.end(), [](const Case* one) { return !one->for_servers; }),
      cases.end());
  if (cases.empty()) {
    throw UsageError("no case is selected: those that were asked for are for clients only");
  }
  return select_shard(cases, options.shard);
}

RunnerOptions runner_options(const ServerOptions& options, Words words,
                             std::vector<const Case*> cases) {
  RunnerOptions out;
  out.targets = std::move(words.targets);
  out.agents = options.agents;
  out.cases = std::move(cases);
  out.jobs = options.jobs;
  out.wait_for = from_seconds(options.wait_for);
  if (options.deadline > 0) {
    out.deadline = from_seconds(options.deadline);
  }
  out.engine.origin = options.origin;
  out.engine.subprotocols = options.subprotocols;
  out.engine.settle = options.settle;
  out.engine.open_timeout = from_seconds(options.open_timeout);
  out.engine.case_timeout = from_seconds(options.case_timeout);
  return out;
}

int run_server(const ServerOptions& options) {
  Words words = sort_words(options.words);
  apply_tls(options.tls, words.targets);
  if (options.agents.size() > words.targets.size()) {
    throw UsageError(fmt::format("--agent is given {} but there is only {}",
                                 counted(options.agents.size(), "time"),
                                 counted(words.targets.size(), "URL")));
  }
  auto catalogue = load_cases(options.cases);
  if (options.messages > 0) {
    shorten_exchanges(catalogue, options.messages);
  }
  auto cases = cases_for_servers(catalogue, words, options);
  const Judge judge(options.judging, catalogue);
  const std::size_t width = output_width();
  if (options.dry_run) {
    print(list_cases(cases, width));
    for (const Target& target : words.targets) {
      print(fmt::format("\n{} would run against {}\n", counted(cases.size(), "case"), target.url));
    }
    return exit_code::kAsExpected;
  }
  std::optional<ReportFolder> folder;
  if (!options.report_dir.empty()) {
    folder.emplace(options.report_dir);
  }

  const RunnerOptions runner = runner_options(options, std::move(words), std::move(cases));
  Run run;
  {
    ProgressView view(fmt::format("wsproof {}: {} against ", WSPROOF_VERSION,
                                  counted(runner.cases.size(), "case")),
                      width, has_status_line());
    run = run_servers(runner, view);
  }
  run.version = WSPROOF_VERSION;
  if (options.messages > 0) {
    run.messages = options.messages;
  }
  for (AgentRun& agent : run.agents) {
    agent.rerun = rerun_command(agent.target, options);
  }

  std::vector<std::string> failures = judge.judge(run);
  int status = failures.empty() ? exit_status(run) : exit_code::kUsage;
  if (folder) {
    for (std::string& failure : folder->write(run)) {
      failures.push_back(std::move(failure));
      status = status == exit_code::kAsExpected ? exit_code::kUsage : status;
    }
  }
  for (const std::string& failure : failures) {
    std::fprintf(stderr, "wsproof: %s\n", printable_sentence(failure).c_str());
  }
  ConsoleOptions console;
  console.width = width;
  console.colour = use_colour(options.colour);
  console.verbose = options.verbose;
  console.trace = options.trace;
  print_guarded('\n' + console_report(run, console));
  return tell_github(run) || status != exit_code::kAsExpected ? status : exit_code::kUsage;
}

}  // namespace

void add_server_command(CLI::App& app, int& status) {
  auto options = std::make_shared<ServerOptions>();
  CLI::App* command = app.add_subcommand("server", "Run the cases against one or more servers");
  command->add_option(
      "targets", options->words,
      "ws:// and wss:// URLs of servers, and cases to run: 6.4.1, 6.4, '7.*'; no case: all");
  command->add_option("--exclude", options->exclude, "Leave these cases out (may be given again)")
      ->allow_extra_args(false);
  command->add_option("--cases", options->cases, "Read case files from this folder");
  command
      ->add_option("--agent", options->agents,
                   "The server's name in reports (again for each further URL); by itself its "
                   "Server field")
      ->allow_extra_args(false);
  command->add_option("--report-dir", options->report_dir,
                      "Write the reports here: wsproof.json, index.html, junit.xml, summary.md, "
                      "badge.json, Autobahn's index.json and case files");
  add_shard_option(*command, options->shard);
  command->add_option("--jobs,-j", options->jobs, "Cases at a time")
      ->check(CLI::Range(1, 512))
      ->capture_default_str();
  command
      ->add_option("--wait-for", options->wait_for,
                   "Seconds that the server may take until it listens")
      ->check(CLI::Range(0.0, 86400.0));
  command->add_option("--deadline", options->deadline, "Seconds for the whole run")
      ->check(CLI::Range(0.001, 864000.0));
  command->add_option("--open-timeout", options->open_timeout, "Seconds for an opening handshake")
      ->check(CLI::Range(0.01, 3600.0))
      ->capture_default_str();
  command->add_option("--case-timeout", options->case_timeout, "Seconds for a case at the most")
      ->check(CLI::Range(0.01, 86400.0))
      ->capture_default_str();
  command
      ->add_option("--messages", options->messages,
                   "Messages at the most in cases that send many one at a time (9.7, 9.8, 12, 13)")
      ->check(CLI::Range(1, 1'000'000));
  command
      ->add_option("--settle", options->settle,
                   "How waits end: ping, when a pong shows that all was read; wait, never early")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, Settle>{{"ping", Settle::kPing}, {"wait", Settle::kWait}}))
      ->option_text("ping|wait");
  command->add_option("--origin", options->origin, "Origin field of the handshakes");
  command
      ->add_option("--subprotocol", options->subprotocols,
                   "Subprotocol to offer (may be given again)")
      ->allow_extra_args(false);
  add_tls_options(*command, options->tls);
  add_judging_flags(*command, options->judging);
  command->add_flag("--verbose,-v", options->verbose, "A line for every case; failures in full");
  command->add_flag("--trace", options->trace,
                    "Failures in full, with all that went over the wire, and when");
  command->add_flag("--dry-run", options->dry_run, "Only show which cases would run");
  command->add_option("--color,--colour", options->colour, "Colour the output")
      ->transform(CLI::CheckedTransformer(std::map<std::string, Colour>{
          {"auto", Colour::kAuto}, {"always", Colour::kAlways}, {"never", Colour::kNever}}))
      ->option_text("auto|always|never");
  command->footer(
      "Examples:\n"
      "  wsproof server ws://127.0.0.1:9001/\n"
      "  wsproof server ws://127.0.0.1:9001/ 6.4 '7.*' --report-dir report\n"
      "  wsproof server ws://127.0.0.1:9001/ ws://127.0.0.1:9002/ --agent ours --agent theirs");
  command->callback([options, &status] { status = run_server(*options); });
}

}  // namespace wsproof::conformance
