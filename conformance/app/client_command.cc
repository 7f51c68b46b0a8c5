// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/app/commands.h"
#include "conformance/app/progress_view.h"
#include "conformance/app/run_options.h"
#include "conformance/app/run_outcome.h"
#include "conformance/app/selection.h"
#include "conformance/app/shard_option.h"
#include "conformance/app/terminal.h"
#include "conformance/app/tls_options.h"
#include "conformance/app/usage.h"
#include "conformance/report/escape.h"
#include "conformance/report/explain.h"
#include "conformance/report/layout.h"
#include "conformance/runner/client_runner.h"
#include "conformance/runner/interrupts.h"

namespace wsproof::conformance {
namespace {

struct ClientCommandOptions : RunOptions {
  std::vector<std::string> selectors;
  std::string listen;
  std::string agent;
  std::size_t jobs = kDefaultClientJobs;
  double start_timeout = 10;
  TlsServerFlags tls;
  bool once = false;
};

struct ListenAt {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
};

/// "HOST:PORT", "[::1]:PORT", or a port of 127.0.0.1.
ListenAt parse_listen(const std::string& text) {
  ListenAt out;
  const std::size_t colon = text.rfind(':');
  const std::string port = colon == std::string::npos ? text : text.substr(colon + 1);
  if (colon != std::string::npos) {
    out.host = text.substr(0, colon);
    if (out.host.size() > 2 && out.host.front() == '[' && out.host.back() == ']') {
      out.host = out.host.substr(1, out.host.size() - 2);
    }
  }
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (port.empty() || error != std::errc() || end != port.data() + port.size()) {
    throw UsageError(fmt::format(
        "--listen {}: give a host and a port, as in --listen 127.0.0.1:9001; port 0 takes any",
        printable(text)));
  }
  return out;
}

std::string rerun_command(const ClientCommandOptions& options,
                          const std::vector<std::string>& command) {
  std::string out = "wsproof client" + rerun_flags(options);
  if (!options.agent.empty()) {
    out += " --agent " + quoted(options.agent);
  }
  if (!options.listen.empty()) {
    out += " --listen " + quoted(options.listen);
  }
  for (const auto& [flag, value] : given_flags(options.tls)) {
    out += ' ' + std::string(flag) + (value.empty() ? "" : ' ' + quoted(value));
  }
  if (options.start_timeout != ClientCommandOptions().start_timeout) {
    out += fmt::format(" --start-timeout {}", options.start_timeout);
  }
  if (options.once) {
    out += " --once";
  }
  if (command.empty()) {
    return out;
  }
  out += " --";
  for (const std::string& word : command) {
    out += ' ' + quoted(word);
  }
  return out;
}

/// Shows how a run goes on, and writes report files when a client asks for them.
class ClientView final : public ClientRunnerObserver {
 public:
  ClientView(const ClientCommandOptions& options, const std::vector<std::string>& command,
             std::size_t cases, const Judge& judge, const std::optional<ReportFolder>& folder)
      : options_(options),
        command_(command),
        cases_(cases),
        judge_(judge),
        folder_(folder),
        waits_(command.empty()),
        verbose_(options.verbose),
        progress_("", output_width(), has_status_line()) {}

  void on_listening(const std::string& url) override {
    const std::string count = counted(cases_, "case");
    if (!waits_) {
      std::string words;
      for (const std::string& word : command_) words += ' ' + word;
      print(fmt::format("wsproof {}: {} with{}\n", WSPROOF_VERSION, count,
                        printable_sentence(words)));
      return;
    }
    const std::string page = "http" + url.substr(2) + '/';
    print(
        fmt::format("wsproof {}: {} for clients, listening on {}\n"
                    "A client asks for {}/runCase?case=N&agent=NAME, N from 1 to {}; a browser "
                    "opens {}\n",
                    WSPROOF_VERSION, count, url, url, cases_, page));
  }
  void on_case_started(const Case& test_case, const std::string& agent,
                       const std::string& peer) override {
    if (verbose_ && waits_) {
      progress_.clear();
      print(fmt::format("case {} for {} from {}\n", test_case.id, printable(agent), peer));
    }
  }
  void on_progress(const Progress& progress) override { progress_.on_progress(progress); }
  void on_complaint(const std::string& sentence) override { progress_.on_complaint(sentence); }
  void on_update_reports(const Run& run) override {
    if (folder_) {
      Run so_far = run;
      so_far.version = WSPROOF_VERSION;
      note_options(so_far, options_);
      for (const std::string& failure : judge_.judge(so_far)) on_complaint(failure);
      for (const std::string& failure : folder_->write(so_far)) on_complaint(failure);
    }
  }
  void clear() { progress_.clear(); }

 private:
  const ClientCommandOptions& options_;
  const std::vector<std::string>& command_;
  std::size_t cases_;
  const Judge& judge_;
  const std::optional<ReportFolder>& folder_;
  bool waits_;
  bool verbose_;
  ProgressView progress_;
};

ClientRunnerOptions runner_options(const ClientCommandOptions& options,
                                   const std::vector<std::string>& command,
                                   std::vector<const Case*> cases) {
  ClientRunnerOptions out;
  const ListenAt at = options.listen.empty() ? ListenAt{} : parse_listen(options.listen);
  out.clients.host = at.host;
  out.clients.port = at.port;
  out.clients.cases = std::move(cases);
  out.clients.agent = options.agent;
  out.clients.engine = engine_options(options);
  out.clients.tls = server_tls(options.tls, at.host);
  out.command = command;
  out.once = options.once;
  out.agent = options.agent;
  out.jobs = options.jobs;
  out.connect_timeout = from_seconds(options.start_timeout);
  out.deadline = deadline_of(options);
  return out;
}

int run_client(const ClientCommandOptions& options, const std::vector<std::string>& command) {
  if (command.empty() && options.listen.empty()) {
    throw UsageError(
        "no client given: name its command behind --, as in wsproof client -- ./client {url}, or "
        "wait for clients with --listen 127.0.0.1:9001");
  }
  hold_interrupts();
  const auto catalogue = load_cases(options);
  const auto cases = select_shard(
      select_for(Role::kClient, catalogue, options.selectors, options.exclude), options.shard);
  const Judge judge(options.judging, catalogue);
  const ClientRunnerOptions runner = runner_options(options, command, cases);
  if (options.dry_run) {
    print(list_cases(cases, output_width()));
    print(fmt::format("\n{} would run\n", counted(cases.size(), "case")));
    return exit_code::kAsExpected;
  }
  const std::optional<ReportFolder> folder = report_folder(options);
  save_certificate(options.tls, runner.clients.tls);
  ClientView view(options, command, cases.size(), judge, folder);
  auto run = run_clients(runner, view);
  view.clear();
  if (!run) {
    throw UsageError(run.error());
  }
  run->version = WSPROOF_VERSION;
  for (AgentRun& agent : run->agents) {
    agent.rerun = rerun_command(options, command);
  }
  return finish_run(*run, options, judge, folder);
}

}  // namespace

void add_client_command(CLI::App& app, const std::vector<std::string>& program, int& status) {
  auto options = std::make_shared<ClientCommandOptions>();
  CLI::App* command = app.add_subcommand("client", "Run the cases against a client");
  command->add_option(
      "selectors", options->selectors,
      "Cases to run: 6.4.1, 6.4, '7.*'; none: all. Behind -- comes the client's "
      "command, with {url}, {case} and {agent} filled in; a command without {url} gets it as "
      "its last word");
  command->add_option("--listen", options->listen,
                      "HOST:PORT to listen on; without a command, for clients that come by "
                      "themselves, until one asks for /stopServer, a signal comes or --deadline");
  command->add_flag("--once", options->once,
                    "Start the command once; it runs through all cases by Autobahn's URLs, of "
                    "which {url} is the base");
  command->add_option("--agent", options->agent,
                      "The client's name in reports; by itself its User-Agent field");
  command->add_option("--jobs,-j", options->jobs, "Programs at a time")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command
      ->add_option("--start-timeout", options->start_timeout,
                   "Seconds that a program may take until it connects")
      ->check(CLI::Range(0.01, 3600.0))
      ->capture_default_str();
  add_tls_options(*command, options->tls);
  add_run_options(*command, *options);
  command->footer(
      "Examples:\n"
      "  wsproof client -- ./echo_client {url}\n"
      "  wsproof client 6.4 '7.*' --jobs 8 -- python3 client.py {url}\n"
      "  wsproof client --once -- ./all_cases {url} {agent}\n"
      "  wsproof client --listen 127.0.0.1:9001\n"
      "  wsproof client --listen 127.0.0.1:9001 --tls-self-signed --tls-save-cert a.crt\n"
      "\n"
      "Started for each case, a program connects to {url}, sends back every message,\n"
      "and ends. Exit status 127 says that it does not support the case; any other is\n"
      "not looked at. The URL holds an &: in a shell's script, put it in quotes, as in\n"
      "  wsproof client -- sh -c \"cd tests && node client.js '{url}'\"");
  command->callback([options, &program, &status] { status = run_client(*options, program); });
}

}  // namespace wsproof::conformance
