// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/text_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "conformance/app/usage.h"
#include "server/transport/file_text.h"

namespace wsproof::conformance {
namespace {

[[noreturn]] void fail(const std::string& path, int error) {
  throw UsageError(
      fmt::format("cannot write {}: {}", path, std::generic_category().message(error)));
}

/// The error number, or 0.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno != EINTR) {
      return errno;
    }
    text.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
  return 0;
}

/// Writes to what was opened, closes it, and tells what went wrong: the error number, or 0.
int write_and_close(int descriptor, std::string_view text) {
  const int error = write_all(descriptor, text);
  // A full disk may show only here.
  const int at_close = ::close(descriptor) == 0 ? 0 : errno;
  return error != 0 ? error : at_close;
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

/// Beside its place, with the mode that the file had, then renamed: it is there whole, or as it
/// was.
int replace(const std::string& file, std::string_view text, const struct stat* before) {
  const std::string beside = fmt::format("{}.{}.part", file, ::getpid());
  const int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    return errno;
  }
  int error = 0;
  if (before != nullptr) {
    // Who may not give a file away keeps it; its mode goes last, for a change of owner clears bits.
    static_cast<void>(::fchown(descriptor, before->st_uid, before->st_gid) == 0);
    error = ::fchmod(descriptor, before->st_mode & 07777) == 0 ? 0 : errno;
  }
  const int at_write = write_and_close(descriptor, text);
  error = error != 0 ? error : at_write;
  if (error == 0 && std::rename(beside.c_str(), file.c_str()) != 0) {
    error = errno;
  }
  if (error != 0) {
    ::unlink(beside.c_str());
  }
  return error;
}

/// Where nothing may be put beside the file or in its place: a folder that is closed, a mount.
int overwrite(const std::string& file, std::string_view text) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
  return descriptor < 0 ? errno : write_and_close(descriptor, text);
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
    error = replace(file, text, is_there ? &before : nullptr);
  }
  const bool no_place = error == EACCES || error == EPERM || error == EBUSY || error == EROFS;
  if (is_there && no_place) {
    error = overwrite(file, text);
  }
  if (error != 0) {
    fail(path, error);
  }
}

}  // namespace wsproof::conformance
