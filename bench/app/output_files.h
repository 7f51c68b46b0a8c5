// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace wsproof::load {

/// Why a file could not be written if it had to be now, "FILE: cannot be written: Permission
/// denied"; it is neither made nor changed. What only the writing itself can tell, it does not see.
[[nodiscard]] std::optional<std::string> why_unwritable(const std::string& file);

/// Writes each text to the file before it, also where another could not be written. The sentences
/// of those that could not, as above.
[[nodiscard]] std::vector<std::string> write_files(
    const std::vector<std::pair<std::string, std::string>>& files);

}  // namespace wsproof::load
