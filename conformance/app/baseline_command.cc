// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "conformance/app/commands.h"
#include "conformance/app/selection.h"
#include "conformance/app/terminal.h"
#include "conformance/app/text_file.h"
#include "conformance/app/usage.h"
#include "conformance/report/escape.h"
#include "conformance/report/expectation_update.h"
#include "conformance/report/expectations.h"
#include "conformance/report/json_report.h"
#include "conformance/report/layout.h"

namespace wsproof::conformance {
namespace {

struct BaselineOptions {
  std::string file;
  std::string run;
  std::string agent;
  std::string cases;
};

const AgentRun& chosen_agent(const Run& run, const BaselineOptions& options) {
  std::string names;
  for (const AgentRun& agent : run.agents) {
    if (agent.agent == options.agent || (options.agent.empty() && run.agents.size() == 1)) {
      return agent;
    }
    names += (names.empty() ? "" : ", ") + printable(agent.agent);
  }
  throw UsageError(fmt::format("{}: name one of its agents by --agent: {}", options.run, names));
}

int update(const BaselineOptions& options) {
  const std::string run_file = run_file_of(options.run);
  const auto stored = read_json_report(read_text_file(run_file, kLongestRunFile));
  if (!stored) {
    throw UsageError(fmt::format("{}: {}", run_file, stored.error()));
  }
  const AgentRun& agent = chosen_agent(stored->run, options);
  if (agent.end != AgentRun::End::kComplete) {
    throw UsageError(
        fmt::format("{}: the run did not come to its end, so nothing is learned from "
                    "it: {}",
                    options.run, agent.end_reason));
  }
  std::string before =
      fmt::format("# What is known of {}: one line a case, verdicts behind it, and why.\n",
                  printable(agent.agent));
  std::error_code none;
  const bool is_there = std::filesystem::exists(options.file, none);
  if (is_there) {
    before = read_text_file(options.file);
  }
  const auto catalogue = load_cases(options.cases);
  const auto file = parse_expectations(options.file, before, catalogue);
  if (!file) {
    throw UsageError(file.error());
  }
  const std::string after = updated_expectations(*file, stored->run, agent);
  write_text_file(options.file, after);
  const auto lines = std::count(after.begin(), after.end(), '\n');
  print(fmt::format("{}: {}, {}\n", options.file,
                    is_there && after == before ? "holds as it is" : "written",
                    counted(static_cast<std::uint64_t>(lines), "line")));
  return exit_code::kAsExpected;
}

}  // namespace

void add_baseline_command(CLI::App& app, int& status) {
  auto options = std::make_shared<BaselineOptions>();
  CLI::App* command = app.add_subcommand("baseline", "Keep the file of expected results");
  command->require_subcommand(1);
  CLI::App* update_command = command->add_subcommand(
      "update", "Rewrite the file from a run; comments and order stay, a missing file is made");
  update_command->add_option("file", options->file, "The expectation file")->required();
  update_command->add_option("--run", options->run, "The run's wsproof.json, or its report folder")
      ->required();
  update_command->add_option("--agent", options->agent, "Which agent, where the run has several");
  update_command->add_option("--cases", options->cases, "Read case files from this folder");
  command->footer("Example:\n  wsproof baseline update known.txt --run report/wsproof.json");
  update_command->footer("Example:\n  wsproof baseline update known.txt --run report/wsproof.json");
  update_command->callback([options, &status] { status = update(*options); });
}

}  // namespace wsproof::conformance
