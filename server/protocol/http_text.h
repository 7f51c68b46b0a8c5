// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace wsproof {

namespace char_class {

inline constexpr std::uint8_t kToken = 1;
inline constexpr std::uint8_t kText = 2;

constexpr std::array<std::uint8_t, 256> make_table() {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t octet = 0; octet < table.size(); ++octet) {
    // field-content = field-vchar [ 1*( SP / HTAB / field-vchar ) field-vchar ]
    if (octet == '\t' || (octet >= ' ' && octet != 0x7f)) table[octet] |= kText;
  }
  for (const char c : std::string_view("0123456789"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "abcdefghijklmnopqrstuvwxyz"
                                       "!#$%&'*+-.^_`|~")) {
    table[static_cast<std::uint8_t>(c)] |= kToken;
  }
  return table;
}

/// The classes of each octet.
inline constexpr std::array<std::uint8_t, 256> kTable = make_table();

[[nodiscard]] constexpr bool has(char c, std::uint8_t wanted) {
  return (kTable[static_cast<std::uint8_t>(c)] & wanted) != 0;
}

}  // namespace char_class

/// tchar of RFC 9110 5.6.2, and a whole non-empty token.
[[nodiscard]] constexpr bool is_token_char(char c) {
  return char_class::has(c, char_class::kToken);
}
[[nodiscard]] bool is_token(std::string_view text);

/// What may stand in a field value or a reason phrase: blanks, visible ASCII and octets from 0x80
/// up, but no control octets (RFC 9110 5.5).
[[nodiscard]] constexpr bool is_text_char(char c) { return char_class::has(c, char_class::kText); }

/// SP or HTAB, the only blanks there are in a head (RFC 9110 5.6.3).
[[nodiscard]] constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// DIGIT and ALPHA of RFC 5234, whatever the locale.
[[nodiscard]] constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Visible ASCII, U+0021 to U+007E.
[[nodiscard]] constexpr bool is_visible(char c) { return c > ' ' && c < '\x7f'; }

/// The same octet, with A to Z made small.
[[nodiscard]] constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// `text` without the blanks at its ends.
[[nodiscard]] std::string_view trim_blanks(std::string_view text);

/// ASCII case folded, other octets compared as they are (RFC 6455 2.1): a look-alike from outside
/// ASCII, such as the Kelvin sign for k, is not equal.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);

/// The elements of a comma-separated list, blanks trimmed, empty ones dropped (RFC 9110 5.6.1).
/// For lists of tokens: a comma inside a quoted string would be taken for a separator.
[[nodiscard]] std::vector<std::string_view> split_list(std::string_view value);

/// Takes the first element off `rest` and returns it, blanks trimmed; empty where there is none
/// left. What split_list() does, without its vector.
[[nodiscard]] std::string_view next_element(std::string_view& rest);

}  // namespace wsproof
