// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <string>
#include <string_view>

namespace wsproof {

/// Writes beside the file, then renames: it is there whole, or as it was. `like`, where given, says
/// which owner and mode it gets. Returns the error number, or 0. Not for pipes and devices.
[[nodiscard]] int replace_file(const std::string& file, std::string_view text,
                               const struct stat* like = nullptr);

/// Puts the text into the file that somebody named. An ordinary file is replaced as above, links to
/// it followed, owner and mode kept, and where its folder allows nothing new it is written over; a
/// pipe or device is written to. Returns the error number, or 0.
[[nodiscard]] int write_file(const std::string& path, std::string_view text);

}  // namespace wsproof
