// SPDX-License-Identifier: Apache-2.0
#include "conformance/catalogue/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <utility>

#include "conformance/catalogue/case_reader.h"
#include "conformance/catalogue/embedded_cases.h"
#include "conformance/catalogue/json_value.h"

namespace wsproof::conformance {
namespace {

// Many times what the largest of ours has.
constexpr std::uintmax_t kLongestFile = std::uintmax_t{16} * 1024 * 1024;

std::string read_file(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    throw CatalogueError(fmt::format("{}: cannot be read: it is no ordinary file", path.string()));
  }
  if (std::filesystem::file_size(path, error) > kLongestFile && !error) {
    throw CatalogueError(fmt::format("{}: cannot be read: it has more than 16 MiB", path.string()));
  }
  std::ifstream stream(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream) throw CatalogueError(fmt::format("{}: cannot be read", path.string()));
  return text;
}

}  // namespace

std::vector<CaseFile> embedded_case_files() {
  std::vector<CaseFile> files;
  for (const EmbeddedFile& file : embedded_cases()) {
    files.push_back({"conformance/cases/" + std::string(file.name), file.bytes});
  }
  return files;
}

std::vector<Case> load_catalogue(const std::vector<CaseFile>& files) {
  std::vector<Case> catalogue;
  std::map<std::string, std::string> written_at;
  for (const CaseFile& file : files) {
    const JsonValue parsed = parse_json(file.name, file.text);
    for (LocatedCase& located : read_family(parsed)) {
      const std::string place = fmt::format("{}:{}", file.name, located.test_case.line);
      const auto [first, is_new] = written_at.emplace(located.test_case.id, place);
      if (!is_new) {
        fail(located.id,
             fmt::format("id {} is taken: {} has it", located.test_case.id, first->second));
      }
      catalogue.push_back(std::move(located.test_case));
    }
  }
  std::sort(catalogue.begin(), catalogue.end(),
            [](const Case& a, const Case& b) { return id_less(a.id, b.id); });
  return catalogue;
}

std::vector<Case> load_catalogue_folder(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<fs::path> paths;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.extension() == ".json" && path.filename() != "schema.json") paths.push_back(path);
  }
  if (error) throw CatalogueError(fmt::format("{}: {}", folder, error.message()));
  if (paths.empty()) throw CatalogueError(fmt::format("{}: no case files (*.json)", folder));
  std::sort(paths.begin(), paths.end());

  std::vector<std::string> texts;
  texts.reserve(paths.size());
  for (const fs::path& path : paths) texts.push_back(read_file(path));
  std::vector<CaseFile> files;
  for (std::size_t i = 0; i < paths.size(); ++i) files.push_back({paths[i].string(), texts[i]});
  return load_catalogue(files);
}

}  // namespace wsproof::conformance
