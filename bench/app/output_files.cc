// SPDX-License-Identifier: Apache-2.0
#include "bench/app/output_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace wsproof::load {
namespace {

std::string sentence(const std::string& file, int error) {
  return fmt::format("{}: cannot be written: {}", file, std::generic_category().message(error));
}

/// 0, or errno.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno != EINTR) return errno;
    if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

int write_file(const std::string& file, std::string_view text) {
  constexpr mode_t kAnyone = 0666;  // less what the umask takes away
  const int descriptor =
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY | O_CLOEXEC, kAnyone);
  if (descriptor < 0) return errno;
  const int error = write_all(descriptor, text);
  return ::close(descriptor) != 0 && error == 0 ? errno : error;
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
