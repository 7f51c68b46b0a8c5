// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/text_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <string_view>
#include <system_error>

#include "conformance/app/usage.h"

namespace wsproof::conformance {
namespace {

struct Closer {
  void operator()(std::FILE* file) const { static_cast<void>(std::fclose(file)); }
};
using File = std::unique_ptr<std::FILE, Closer>;

[[noreturn]] void fail(const char* verb, const std::string& path, int error) {
  throw UsageError(
      fmt::format("cannot {} {}: {}", verb, path, std::generic_category().message(error)));
}

}  // namespace

std::string read_text_file(const std::string& path) {
  const File file(std::fopen(path.c_str(), "rbe"));
  if (!file) {
    fail("read", path, errno);
  }
  std::string out;
  char buffer[65536];
  for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, file.get())) > 0;) {
    out.append(buffer, got);
  }
  if (std::ferror(file.get()) != 0) {
    fail("read", path, errno);  // a folder shows here
  }
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";  // some editors put it in front
  return out.compare(0, kByteOrderMark.size(), kByteOrderMark) == 0
             ? out.substr(kByteOrderMark.size())
             : out;
}

void write_text_file(const std::string& path, const std::string& text) {
  const std::string beside = fmt::format("{}.{}.part", path, ::getpid());
  File file(std::fopen(beside.c_str(), "wbe"));
  if (!file) {
    fail("write", path, errno);
  }
  const bool written = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size();
  int error = written ? 0 : errno;
  // A full disk may show only here.
  if (std::fclose(file.release()) != 0 && error == 0) {
    error = errno;
  }
  if (error == 0 && std::rename(beside.c_str(), path.c_str()) != 0) {
    error = errno;
  }
  if (error != 0) {
    ::unlink(beside.c_str());
    fail("write", path, error);
  }
}

}  // namespace wsproof::conformance
