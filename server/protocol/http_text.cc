// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/http_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace wsproof {
namespace {

enum CharClass : std::uint8_t { kTokenChar = 1, kTextChar = 2 };

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (std::size_t octet = 0; octet < classes.size(); ++octet) {
    // field-content = field-vchar [ 1*( SP / HTAB / field-vchar ) field-vchar ]
    if (octet == '\t' || (octet >= ' ' && octet != 0x7f)) classes[octet] |= kTextChar;
  }
  for (const char c : std::string_view("0123456789"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "abcdefghijklmnopqrstuvwxyz"
                                       "!#$%&'*+-.^_`|~")) {
    classes[static_cast<std::uint8_t>(c)] |= kTokenChar;
  }
  return classes;
}

constexpr std::array<std::uint8_t, 256> kClasses = make_classes();

bool has_class(char c, CharClass wanted) {
  return (kClasses[static_cast<std::uint8_t>(c)] & wanted) != 0;
}

}  // namespace

bool is_token_char(char c) { return has_class(c, kTokenChar); }

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

bool is_text_char(char c) { return has_class(c, kTextChar); }

std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return to_lower(x) == to_lower(y); });
}

std::string_view next_element(std::string_view& rest) {
  // RFC 9110 5.6.1.2: "a recipient MUST parse and ignore a reasonable number of empty list
  // elements". The limit of the field line is what bounds them here.
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view element = trim_blanks(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    if (!element.empty()) return element;
  }
  return {};
}

std::vector<std::string_view> split_list(std::string_view value) {
  std::vector<std::string_view> elements;
  for (auto element = next_element(value); !element.empty(); element = next_element(value)) {
    elements.push_back(element);
  }
  return elements;
}

}  // namespace wsproof
