// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace wsproof::conformance {

/// The messages that a corpus is cut into: successive slices of `size` octets, of text up to three
/// less so that none ends within a code point. What is left at the end and is no whole slice is not
/// sent: the messages begin at the start again. The corpus outlives the slices.
[[nodiscard]] std::vector<std::string_view> cut_slices(std::string_view corpus, std::uint64_t size,
                                                       bool text);

}  // namespace wsproof::conformance
