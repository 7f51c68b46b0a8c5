// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/app/commands.h"
#include "conformance/app/progress_view.h"
#include "conformance/app/report_folder.h"
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
#include "conformance/runner/interrupts.h"
#include "conformance/runner/runner.h"
#include "server/transport/tcp.h"

namespace wsproof::conformance {
namespace {

// A program that is started needs a moment until it listens.
constexpr double kWaitForProgram = 10;

struct ServerOptions : RunOptions {
  std::vector<std::string> words;  // URLs and selectors
  std::vector<std::string> agents;
  std::string origin;
  std::size_t jobs = kDefaultJobs;
  double wait_for = 0;
  TlsClientFlags tls;
};

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

std::string rerun_command(const std::string& url, const ServerOptions& options) {
  std::string out = "wsproof server " + quoted(url);
  for (const auto& [flag, value] : given_flags(options.tls)) {
    out +=
        fmt::format(" {}{}{}", flag, value.empty() ? "" : " ", value.empty() ? "" : quoted(value));
  }
  if (!options.origin.empty()) {
    out += " --origin " + quoted(options.origin);
  }
  return out + rerun_flags(options);
}

RunnerOptions runner_options(const ServerOptions& options, Words words,
                             std::vector<const Case*> cases) {
  RunnerOptions out;
  out.targets = std::move(words.targets);
  out.agents = options.agents;
  out.cases = std::move(cases);
  out.jobs = options.jobs;
  out.wait_for = from_seconds(options.wait_for);
  out.deadline = deadline_of(options);
  out.engine = engine_options(options);
  out.engine.origin = options.origin;
  return out;
}

/// The one among the words that is a URL.
std::string url_of(const std::vector<std::string>& words) {
  const auto found = std::find_if(words.begin(), words.end(), [](const std::string& word) {
    return word.find("//") != std::string::npos;
  });
  return found == words.end() ? "" : *found;
}

std::string with_port(std::string text, const std::string& port) {
  const std::size_t at = text.find("{port}");
  return at == std::string::npos ? text : with_port(text.replace(at, 6, port), port);
}

/// A port that nothing listens on now.
std::string free_port() {
  Loop loop;
  const auto listener =
      TcpListener::listen(loop, {.host = "127.0.0.1"}, [](const std::unique_ptr<Stream>&) {});
  if (!listener) {
    throw UsageError(listener.error().message);
  }
  return std::to_string((*listener)->port());
}

/// With something else at the port, that would be tested in place of the program.
void check_port_is_free(const Target& target) {
  Loop loop;
  const auto listener = TcpListener::listen(loop, {.host = target.host, .port = target.port},
                                            [](const std::unique_ptr<Stream>&) {});
  if (!listener && listener.error().name == "EADDRINUSE") {
    throw UsageError(fmt::format(
        "something listens at {} already, so the command behind -- cannot be what is tested there",
        target.url));
  }
}

/// The program that is to be started and the words with the port that both shall use, where the URL
/// leaves it open: ws://127.0.0.1:0/ or ws://127.0.0.1:{port}/.
std::vector<std::string> fill_in_port(std::vector<std::string>& words,
                                      std::vector<std::string> program) {
  std::string port;
  for (std::string& word : words) {
    const std::size_t zero = word.find(":0");
    if (zero != std::string::npos && word.find("//") != std::string::npos &&
        (zero + 2 == word.size() || word[zero + 2] == '/' || word[zero + 2] == '?')) {
      word.replace(zero + 1, 1, "{port}");
    }
    if (word.find("{port}") == std::string::npos) {
      const auto target = parse_target(word);
      if (target) {
        check_port_is_free(*target);
        port = port.empty() ? std::to_string(target->port) : port;
      }
      continue;
    }
    port = port.empty() ? free_port() : port;
    word = with_port(word, port);
  }
  for (std::string& word : program) {
    word = with_port(word, port);
  }
  return program;
}

void check_origin(const std::string& origin) {
  if (std::any_of(origin.begin(), origin.end(),
                  [](unsigned char c) { return c < 0x20 || c == 0x7F; })) {
    throw UsageError(
        fmt::format("--origin {}: must be one line without control characters", printable(origin)));
  }
}

int run_server(ServerOptions options, const std::vector<std::string>& given_program) {
  std::vector<std::string> program;
  const std::vector<std::string> given_words = options.words;
  check_origin(options.origin);
  if (!given_program.empty()) {
    program = fill_in_port(options.words, given_program);
    options.wait_for = options.wait_for > 0 ? options.wait_for : kWaitForProgram;
  }
  Words words = sort_words(options.words);
  if (!program.empty() && words.targets.size() != 1) {
    throw UsageError("a command behind -- is one server: give one URL with it");
  }
  apply_tls(options.tls, words.targets);
  if (options.agents.size() > words.targets.size()) {
    throw UsageError(fmt::format("--agent is given {} but there is only {}",
                                 counted(options.agents.size(), "time"),
                                 counted(words.targets.size(), "URL")));
  }
  hold_interrupts();
  const auto catalogue = load_cases(options);
  auto cases = select_shard(select_for(Role::kServer, catalogue, words.selectors, options.exclude),
                            options.shard);
  const Judge judge(options.judging, catalogue);
  const std::size_t width = output_width();
  if (options.dry_run) {
    print(list_cases(cases, width));
    for (const Target& target : words.targets) {
      print(fmt::format("\n{} would run against {}\n", counted(cases.size(), "case"), target.url));
    }
    return exit_code::kAsExpected;
  }
  const std::optional<ReportFolder> folder = report_folder(options);

  RunnerOptions runner = runner_options(options, std::move(words), std::move(cases));
  runner.command = program;
  Run run;
  {
    ProgressView view(fmt::format("wsproof {}: {} against ", WSPROOF_VERSION,
                                  counted(runner.cases.size(), "case")),
                      width, has_status_line());
    run = run_servers(runner, view);
  }
  run.version = WSPROOF_VERSION;
  for (AgentRun& agent : run.agents) {
    agent.rerun = rerun_command(program.empty() ? agent.target : url_of(given_words), options);
    for (std::size_t i = 0; i < given_program.size(); ++i) {
      agent.rerun += (i == 0 ? " -- " : " ") + quoted(given_program[i]);
    }
  }

  return finish_run(run, options, judge, folder);
}

}  // namespace

void add_server_command(CLI::App& app, const std::vector<std::string>& program, int& status) {
  auto options = std::make_shared<ServerOptions>();
  CLI::App* command = app.add_subcommand("server", "Run the cases against one or more servers");
  command->add_option(
      "targets", options->words,
      "ws:// and wss:// URLs of servers, and cases to run: 6.4.1, 6.4, '7.*'; no case: all");
  command
      ->add_option("--agent", options->agents,
                   "The server's name in reports (again for each further URL); by itself its "
                   "Server field")
      ->allow_extra_args(false);
  command->add_option("--jobs,-j", options->jobs, "Cases at a time")
      ->check(CLI::Range(1, 512))
      ->capture_default_str();
  command
      ->add_option("--wait-for", options->wait_for,
                   "Seconds that the server may take until it listens")
      ->check(CLI::Range(0.0, 86400.0));
  command->add_option("--origin", options->origin, "Origin field of the handshakes");
  add_tls_options(*command, options->tls);
  add_run_options(*command, *options);
  command->footer(
      "Examples:\n"
      "  wsproof server ws://127.0.0.1:9001/\n"
      "  wsproof server ws://127.0.0.1:9001/ 6.4 '7.*' --report-dir report\n"
      "  wsproof server ws://127.0.0.1:9001/ ws://127.0.0.1:9002/ --agent a --agent b\n"
      "  wsproof server ws://127.0.0.1:0/ -- ./my_server --port {port}\n"
      "\n"
      "Behind -- comes the command of a server that is started for the run and ended\n"
      "after it.");
  command->callback([options, &program, &status] { status = run_server(*options, program); });
}

}  // namespace wsproof::conformance
