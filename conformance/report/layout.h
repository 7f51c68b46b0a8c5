// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/catalogue/case.h"

/// The small things that every text for people is made of.
namespace wsproof::conformance {

/// Breaks text at blanks into lines of at most `width` columns. A word longer than that has a line
/// of its own. A line break in the text stays one.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// `label` in a column of `indent` wide, then the text wrapped beside it; each line ends in \n.
[[nodiscard]] std::string labelled(std::string_view label, std::string_view text,
                                   std::size_t indent, std::size_t width);

/// "1 case", "2 cases".
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view noun);

/// "2.1 s", "0.08 s", "85 s".
[[nodiscard]] std::string seconds(std::chrono::microseconds time);

/// "RFC 6455 5.4, RFC 6455 5.5.1".
[[nodiscard]] std::string sections(const std::vector<SpecReference>& spec);

/// "MUST", "SHOULD", "MAY".
[[nodiscard]] const char* level_name(Level level);

/// Ids in the order given, runs of neighbours drawn together: "1.1.1 to 1.1.8, 2.3".
[[nodiscard]] std::string id_ranges(const std::vector<std::string>& ids);

/// Printable text followed by blanks up to `width` columns.
[[nodiscard]] std::string padded(std::string_view text, std::size_t width);

}  // namespace wsproof::conformance
