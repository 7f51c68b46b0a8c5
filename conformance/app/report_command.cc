// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "conformance/app/choice.h"
#include "conformance/app/commands.h"
#include "conformance/app/github.h"
#include "conformance/app/judging_options.h"
#include "conformance/app/report_folder.h"
#include "conformance/app/terminal.h"
#include "conformance/app/text_file.h"
#include "conformance/app/usage.h"
#include "conformance/report/console.h"
#include "conformance/report/escape.h"
#include "conformance/report/json_report.h"
#include "conformance/report/merge.h"

namespace wsproof::conformance {
namespace {

struct ReportOptions {
  std::vector<std::string> files;
  std::vector<ReportFormat> formats;
  std::string report_dir;
  bool github = false;
  bool exit_zero = false;
  MergeOptions merge;
};

StoredRun read_run(const std::string& path) {
  auto stored = read_json_report(read_text_file(path, kLongestRunFile));
  if (!stored) {
    throw UsageError(fmt::format("{} is no wsproof.json: {}", path, stored.error()));
  }
  return std::move(*stored);
}

void complain(const std::string& sentence) {
  std::fprintf(stderr, "wsproof: %s\n", printable_sentence(sentence).c_str());
}

int report(const ReportOptions& options) {
  const std::set<ReportFormat> formats(options.formats.begin(), options.formats.end());
  if (options.report_dir.empty() && formats.size() > 1) {
    throw UsageError("--report-dir is needed for more than one --format");
  }
  std::vector<std::unique_ptr<Case>> cases;  // which the runs point to
  std::vector<NamedRun> runs;
  for (const std::string& path : options.files) {
    const std::string file = run_file_of(path);
    StoredRun stored = read_run(file);
    std::move(stored.cases.begin(), stored.cases.end(), std::back_inserter(cases));
    runs.push_back({file, std::move(stored.run)});
  }
  auto merged = merge_runs(std::move(runs), options.merge);
  if (!merged) {
    throw UsageError(merged.error());
  }
  for (const std::string& note : merged->notes) {
    complain(note);
  }

  // How the runs came to their end is for them to say.
  int status = options.exit_zero || exit_status(merged->run) == exit_code::kAsExpected
                   ? exit_code::kAsExpected
                   : exit_code::kUnexpected;
  if (!options.report_dir.empty()) {
    const ReportFolder folder(options.report_dir);
    for (const std::string& failure :
         folder.write(merged->run, formats.empty() ? kAllFormats : formats)) {
      complain(failure);
      status = status == exit_code::kAsExpected ? exit_code::kUsage : status;
    }
  } else if (!formats.empty()) {
    print(report_text(merged->run, *formats.begin()));
  } else {
    ConsoleOptions console;
    console.width = output_width();
    console.colour = use_colour(Colour::kAuto);
    print_guarded(console_report(merged->run, console));
  }
  const bool told = !options.github || tell_github(merged->run);
  return told || status != exit_code::kAsExpected ? status : exit_code::kUsage;
}

}  // namespace

void add_report_command(CLI::App& app, int& status) {
  auto options = std::make_shared<ReportOptions>();
  CLI::App* command =
      app.add_subcommand("report", "Join run files, and write them in other formats");
  command
      ->add_option("files", options->files,
                   "wsproof.json of one or more runs, or their report folders; shards of the same "
                   "name and target become one, others stand side by side")
      ->required();
  command->add_option("--report-dir", options->report_dir,
                      "Write here; without it, print the one format, or what a run prints");
  command->add_option("--format", options->formats, "What to write (may be given again); else all")
      ->transform(choice<ReportFormat>({{"json", ReportFormat::kJson},
                                        {"autobahn", ReportFormat::kAutobahn},
                                        {"html", ReportFormat::kHtml},
                                        {"junit", ReportFormat::kJunit},
                                        {"markdown", ReportFormat::kMarkdown},
                                        {"badge", ReportFormat::kBadge}}))
      ->option_text("json|autobahn|html|junit|markdown|badge")
      ->allow_extra_args(false);
  command->add_flag("--github", options->github,
                    "Annotate the GitHub Actions run and append to its summary, as a run does");
  command->add_flag("--join-by-name", options->merge.by_name,
                    "Take endpoints of one name for one, though their targets differ: shards that "
                    "ran at other addresses");
  command->add_flag("--exit-zero", options->exit_zero,
                    "Exit 0 also where results are unexpected: only to convert");
  command->footer(
      "Exits 1 where a result is unexpected or a run did not come to its end, 2 where a\n"
      "file is bad or a shard is missing or given twice.\n"
      "\n"
      "Examples:\n"
      "  wsproof report shard-*/wsproof.json --report-dir report\n"
      "  wsproof report report --format junit > junit.xml");
  command->callback([options, &status] { status = report(*options); });
}

}  // namespace wsproof::conformance
