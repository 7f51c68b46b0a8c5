// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Octets that a peer sent, made safe to show. Nothing that comes out of here can move a cursor,
/// change a colour, reverse the direction of a line, or break a JSON text.
namespace wsproof::conformance {

/// Text on one line for a terminal: control characters (C0, DEL, C1), invisible and
/// direction-changing code points, line separators and octets that are not UTF-8 become \n, \x1b,
/// \u{202e}; a backslash is doubled.
[[nodiscard]] std::string printable(std::string_view text);

/// Words of our own that may quote a peer: as printable(), but backslashes stay as they are.
[[nodiscard]] std::string printable_sentence(std::string_view text);

/// "Hello" in double quotes where the octets are UTF-8 with few things to escape, otherwise in
/// hex: "48 65 6c". At most `width` columns, a cut end shown as " ...". `total` is how many octets
/// there were of which `octets` is the beginning.
[[nodiscard]] std::string preview(std::string_view octets, std::size_t total, std::size_t width);

/// "48656c", and with a blank between octets "48 65 6c".
[[nodiscard]] std::string hex(std::string_view octets);
[[nodiscard]] std::string spaced_hex(std::string_view octets);

[[nodiscard]] bool is_utf8(std::string_view text);
/// The text with every octet that is not part of valid UTF-8 replaced by U+FFFD.
[[nodiscard]] std::string utf8_or_replaced(std::string_view text);

/// Printable text as text for XML and HTML, also within an attribute.
[[nodiscard]] std::string escaped_markup(std::string_view text);

/// Columns that printable text takes: its code points.
[[nodiscard]] std::size_t columns(std::string_view text);
/// At most `width` columns of printable text, a cut end shown as "...".
[[nodiscard]] std::string cut(std::string_view text, std::size_t width);

}  // namespace wsproof::conformance
