// SPDX-License-Identifier: Apache-2.0
#include "bench/app/output_files.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "server/transport/file_write.h"

namespace wsproof::load {
namespace {

std::string sentence(const std::string& file, int error) {
  return fmt::format("{}: cannot be written: {}", file, std::generic_category().message(error));
}

}  // namespace

std::optional<std::string> why_unwritable(const std::string& file) {
  struct stat about {};
  if (::stat(file.c_str(), &about) == 0) {
    if (S_ISDIR(about.st_mode)) return sentence(file, EISDIR);
    if (::access(file.c_str(), W_OK) != 0) return sentence(file, errno);
    return std::nullopt;
  }
  if (errno != ENOENT) return sentence(file, errno);
  const std::string folder = std::filesystem::path(file).parent_path().string();
  if (::access(folder.empty() ? "." : folder.c_str(), W_OK | X_OK) != 0) {
    return sentence(file, errno);
  }
  return std::nullopt;
}

std::vector<std::string> write_files(
    const std::vector<std::pair<std::string, std::string>>& files) {
  std::vector<std::string> failed;
  for (const auto& [file, text] : files) {
    const int error = write_file(file, text);
    if (error != 0) failed.push_back(sentence(file, error));
  }
  return failed;
}

}  // namespace wsproof::load
