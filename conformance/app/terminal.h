// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace wsproof::conformance {

/// When to colour what is printed: where it goes to a terminal and NO_COLOR is not set, always, or
/// never.
enum class Colour { kAuto, kAlways, kNever };

/// Columns of the terminal that standard output is, between 40 and 100; 80 where it is none.
[[nodiscard]] std::size_t output_width();

/// Whether standard output shall have colour. NO_COLOR (https://no-color.org): set and not empty.
[[nodiscard]] bool use_colour(Colour wanted);

/// Whether a status line can be rewritten on standard error.
[[nodiscard]] bool has_status_line();

/// Writes to standard output and sends it on.
void print(const std::string& text);

}  // namespace wsproof::conformance
