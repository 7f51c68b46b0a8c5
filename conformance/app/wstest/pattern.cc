// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/wstest/pattern.h"

#include <algorithm>
#include <cstddef>

namespace wsproof::conformance::wstest {
namespace {

/// When a try fails, the last '*' takes one character more: earlier ones need not be tried again.
bool matches_glob(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace

bool names_case(std::string_view pattern, std::string_view id) {
  if (pattern.find('*') == std::string_view::npos) {
    return !pattern.empty() && pattern == id;
  }
  return matches_glob(std::string(pattern) + '*', id);
}

bool matches_whole(std::string_view pattern, std::string_view text) {
  return !pattern.empty() && matches_glob(pattern, text);
}

bool is_excluded(const AgentExclusions& exclusions, std::string_view agent, std::string_view id) {
  return std::any_of(exclusions.begin(), exclusions.end(), [&](const auto& one) {
    return matches_whole(one.first, agent) &&
           std::any_of(one.second.begin(), one.second.end(),
                       [&](const std::string& pattern) { return matches_whole(pattern, id); });
  });
}

}  // namespace wsproof::conformance::wstest
