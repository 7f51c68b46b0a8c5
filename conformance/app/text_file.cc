// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/text_file.h"

#include <fmt/format.h>

#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "conformance/app/usage.h"
#include "server/transport/file_text.h"
#include "server/transport/file_write.h"

namespace wsproof::conformance {

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
  if (const int error = write_file(path, text); error != 0) {
    throw UsageError(
        fmt::format("cannot write {}: {}", path, std::generic_category().message(error)));
  }
}

}  // namespace wsproof::conformance
