// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace wsproof {

/// "512", "64k", "16m": octets; k and m are KiB and MiB, in either case. Nothing for anything else,
/// and for what does not fit.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);

/// "10", "2.5s", "500ms": seconds where no unit stands. Nothing for anything else, for negative
/// ones, and for more than a year.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// A whole decimal number from `least` to `most`, without sign or blanks.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t least,
                                                        std::uint64_t most);

}  // namespace wsproof
