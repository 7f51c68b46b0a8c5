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
#include "conformance/catalogue/catalogue.h"

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

class Corpus {
 public:
  explicit Corpus(std::string folder) : folder_(std::move(folder)) {}

  /// Many cases send the same: once is enough.
  void add(const std::string& target, const std::string& name, const std::string& octets) {
    if (!written_.emplace(target, octets).second) return;
    const std::string folder = folder_ + "/" + target;
    if (targets_.insert(target).second) make_folder(folder);
    write_text_file(folder + "/" + name, octets);
  }
  [[nodiscard]] std::string summary() const {
    return fmt::format("{} inputs for {} targets in {}\n", written_.size(), targets_.size(),
                       folder_);
  }

 private:
  std::string folder_;
  std::set<std::pair<std::string, std::string>> written_;
  std::set<std::string> targets_;
};

void export_corpus(const ExportOptions& options) {
  const auto catalogue = load_cases(options.cases);
  Corpus corpus(options.folder);
  std::set<std::string> ids;
  for (const Case* one : select_or_explain(catalogue, options.selectors, {})) {
    ids.insert(one->id);
    for (const Role peer : {Role::kServer, Role::kClient}) {
      if (!(peer == Role::kServer ? one->for_servers : one->for_clients)) continue;
      const char* const to = peer == Role::kServer ? "server" : "client";
      for (const FuzzSeed& seed : fuzz_seeds(*one, peer)) {
        corpus.add(seed.target, fmt::format("{}-{}", one->id, to), seed.octets);
      }
    }
  }
  // Those of a folder are there as files already.
  if (options.cases.empty()) {
    for (const CaseFile& file : embedded_case_files()) {
      for (const CaseFileSeed& seed : case_file_seeds(file.text)) {
        if (ids.count(seed.id) > 0) corpus.add("case_file", seed.id, seed.octets);
      }
    }
  }
  print(corpus.summary());
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
