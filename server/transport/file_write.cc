// SPDX-License-Identifier: Apache-2.0
#include "server/transport/file_write.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace wsproof {
namespace {

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

/// Where nothing may be put beside the file or in its place: a folder that is closed, a mount.
int overwrite_file(const std::string& file, std::string_view text) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
  return descriptor < 0 ? errno : write_and_close(descriptor, text);
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

int replace_file(const std::string& file, std::string_view text, const struct stat* like) {
  const std::string beside = fmt::format("{}.{}.part", file, ::getpid());
  const int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    return errno;
  }
  int error = 0;
  if (like != nullptr) {
    // Who may not give a file away keeps it; its mode goes last, for a change of owner clears bits.
    static_cast<void>(::fchown(descriptor, like->st_uid, like->st_gid) == 0);
    error = ::fchmod(descriptor, like->st_mode & 07777) == 0 ? 0 : errno;
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

int write_file(const std::string& path, std::string_view text) {
  struct stat before {};
  if (::stat(path.c_str(), &before) != 0) {
    return replace_file(target_of(path), text);
  }
  if (::access(path.c_str(), W_OK) != 0) {
    return errno;
  }
  if (!S_ISREG(before.st_mode)) {
    return overwrite_file(path, text);
  }
  const int error = replace_file(target_of(path), text, &before);
  const bool no_place = error == EACCES || error == EPERM || error == EBUSY || error == EROFS;
  return no_place ? overwrite_file(path, text) : error;
}

}  // namespace wsproof
