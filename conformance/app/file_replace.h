// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <string>
#include <string_view>

namespace wsproof::conformance {

/// Writes beside the file, then renames: it is there whole, or as it was. `like`, where given, says
/// which owner and mode it gets. Returns the error number, or 0.
[[nodiscard]] int replace_file(const std::string& file, std::string_view text,
                               const struct stat* like = nullptr);

/// Where nothing may be put beside the file or in its place: a folder that is closed, a mount.
/// Returns the error number, or 0.
[[nodiscard]] int overwrite_file(const std::string& file, std::string_view text);

}  // namespace wsproof::conformance
