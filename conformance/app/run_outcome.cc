// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/run_outcome.h"

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "conformance/app/github.h"
#include "conformance/app/judging_options.h"
#include "conformance/app/terminal.h"
#include "conformance/app/usage.h"
#include "conformance/report/console.h"
#include "conformance/report/escape.h"

namespace wsproof::conformance {

std::optional<ReportFolder> report_folder(const RunOptions& options) {
  check_github_summary();
  return options.report_dir.empty()
             ? std::nullopt
             : std::optional<ReportFolder>(std::in_place, options.report_dir);
}

void note_options(Run& run, const RunOptions& options) {
  if (options.messages > 0) {
    run.messages = options.messages;
  }
  run.shard = options.shard;
}

int finish_run(Run& run, const RunOptions& options, const Judge& judge,
               const std::optional<ReportFolder>& folder) {
  note_options(run, options);
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
  console.width = output_width();
  console.colour = use_colour(options.colour);
  console.verbose = options.verbose;
  console.trace = options.trace;
  print_guarded('\n' + console_report(run, console));
  return tell_github(run) || status != exit_code::kAsExpected ? status : exit_code::kUsage;
}

}  // namespace wsproof::conformance
