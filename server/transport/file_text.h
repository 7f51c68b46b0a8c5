// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <tl/expected.hpp>

namespace wsproof {

/// How much a file that somebody named may have, and how long it may keep us waiting.
struct FileLimits {
  // Many times what any text of people's has; little enough to read before it is refused.
  std::size_t octets = std::size_t{16} * 1024 * 1024;
  // Of pipes and the like: long enough for whatever a shell has put behind <(...).
  std::chrono::milliseconds silence{10'000};
};

/// All of a file. Pipes are read to their end, so that <(...) of a shell does for a file. The error
/// says why it cannot be read, as the end of a sentence that names the file: the system's words,
/// "it is a folder", "it has more than 16 MiB", "nothing came from it for 10 s". Blocks as long as
/// the limits allow.
[[nodiscard]] tl::expected<std::string, std::string> read_file(const std::string& path,
                                                               const FileLimits& limits = {});

}  // namespace wsproof
