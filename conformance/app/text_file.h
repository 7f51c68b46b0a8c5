// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace wsproof::conformance {

/// All of a file but a byte order mark at its begin. Throws UsageError, which names it and says why
/// it cannot be read.
[[nodiscard]] std::string read_text_file(const std::string& path);

/// Puts the text in the file's place at once, so that it is never half there; its mode stays, and
/// links are followed. Only where nothing can be put beside it, it is overwritten. Throws
/// UsageError, also for a file that may not be written.
void write_text_file(const std::string& path, const std::string& text);

}  // namespace wsproof::conformance
