// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "conformance/app/commands.h"
#include "conformance/app/corpus_export.h"
#include "conformance/app/selection.h"
#include "conformance/app/terminal.h"
#include "conformance/app/text_file.h"
#include "conformance/app/usage.h"

namespace wsproof::conformance {
namespace {

struct ExportOptions {
  std::string folder;
  std::vector<std::string> selectors;
  std::string cases;
};

void make_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    throw UsageError(fmt::format("cannot make the folder {}: {}", path, error.message()));
  }
}

void export_corpus(const ExportOptions& options) {
  const auto catalogue = load_cases(options.cases);
  std::set<std::pair<std::string, std::string>> written;
  std::set<std::string> targets;
  for (const Case* one : select_or_explain(catalogue, options.selectors, {})) {
    for (const Role peer : {Role::kServer, Role::kClient}) {
      if (!(peer == Role::kServer ? one->for_servers : one->for_clients)) continue;
      for (const FuzzSeed& seed : fuzz_seeds(*one, peer)) {
        // Many cases send the same: once is enough.
        if (!written.emplace(seed.target, seed.octets).second) continue;
        const std::string folder = options.folder + "/" + seed.target;
        if (targets.insert(seed.target).second) make_folder(folder);
        const char* const to = peer == Role::kServer ? "server" : "client";
        write_text_file(fmt::format("{}/{}-{}", folder, one->id, to), seed.octets);
      }
    }
  }
  print(fmt::format("{} inputs for {} targets in {}\n", written.size(), targets.size(),
                    options.folder));
}

}  // namespace

void add_export_corpus_command(CLI::App& app, int& status) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* command = app.add_subcommand(
      "export-corpus", "Write what the cases send as inputs for fuzzers, a folder for each target");
  command->add_option("folder", options->folder, "Where the folders are made")->required();
  command->add_option("selectors", options->selectors,
                      "Cases, families or patterns: 6.4.1, 6.4, '7.*'; none: all");
  command->add_option("--cases", options->cases, "Read case files from this folder");
  command->footer("Example:\n  wsproof export-corpus seeds 5 7");
  command->callback([options, &status] {
    export_corpus(*options);
    status = exit_code::kAsExpected;
  });
}

}  // namespace wsproof::conformance
