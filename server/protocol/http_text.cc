// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/http_text.h"

#include <algorithm>
#include <cstddef>

namespace wsproof {
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

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
