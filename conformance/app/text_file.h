// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace wsproof::conformance {

// A run of many agents, with all that went over the wire, has some ten MiB.
inline constexpr std::size_t kLongestRunFile = std::size_t{256} * 1024 * 1024;

/// All of a file or pipe but a byte order mark at its begin. Throws UsageError, which names it and
/// says why it cannot be read: it has too much in it, too.
[[nodiscard]] std::string read_text_file(const std::string& path);
[[nodiscard]] std::string read_text_file(const std::string& path, std::size_t longest);

/// The file itself, or wsproof.json where it is a folder of reports.
[[nodiscard]] std::string run_file_of(const std::string& path);

/// Puts the text in the file's place at once, so that it is never half there; its mode stays, and
/// links are followed. Only where nothing can be put beside it, it is overwritten. Throws
/// UsageError, also for a file that may not be written.
void write_text_file(const std::string& path, const std::string& text);

}  // namespace wsproof::conformance
