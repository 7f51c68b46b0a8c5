// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/text_file.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "conformance/app/file_replace.h"
#include "conformance/app/usage.h"
#include "server/transport/file_text.h"

namespace wsproof::conformance {
namespace {

[[noreturn]] void fail(const std::string& path, int error) {
  throw UsageError(
      fmt::format("cannot write {}: {}", path, std::generic_category().message(error)));
}

/// Where the path leads when all links are followed, be it to a file that is not there yet.
std::string target_of(const std::string& path) {
  namespace fs = std::filesystem;
  constexpr int kMostLinks = 40;  // as the kernel has it
  fs::path out = path;
  std::error_code error;
  for (int i = 0; i < kMostLinks && fs::is_symlink(out, error); ++i) {
    const fs::path next = fs::read_symlink(out, error);
    if (error) {
      break;
    }
    out = out.parent_path() / next;  // which is `next` where that begins at the root
  }
  return out.string();
}

}  // namespace

std::string read_text_file(const std::string& path) {
  return read_text_file(path, FileLimits().octets);
}

std::string read_text_file(const std::string& path, std::size_t longest) {
  FileLimits limits;
  limits.octets = longest;
  auto text = read_file(path, limits);
  if (!text) {
    throw UsageError(fmt::format("cannot read {}: {}", path, text.error()));
  }
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";  // some editors put it in front
  return text->compare(0, kByteOrderMark.size(), kByteOrderMark) == 0
             ? text->substr(kByteOrderMark.size())
             : std::move(*text);
}

std::string run_file_of(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error) ? path + "/wsproof.json" : path;
}

void write_text_file(const std::string& path, const std::string& text) {
  const std::string file = target_of(path);
  struct stat before {};
  const bool is_there = ::stat(file.c_str(), &before) == 0;
  if (is_there && ::access(file.c_str(), W_OK) != 0) {
    fail(path, errno);
  }
  int error = EBUSY;
  if (!is_there || S_ISREG(before.st_mode)) {
    error = replace_file(file, text, is_there ? &before : nullptr);
  }
  const bool no_place = error == EACCES || error == EPERM || error == EBUSY || error == EROFS;
  if (is_there && no_place) {
    error = overwrite_file(file, text);
  }
  if (error != 0) {
    fail(path, error);
  }
}

}  // namespace wsproof::conformance
