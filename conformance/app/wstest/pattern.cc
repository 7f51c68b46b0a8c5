// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/wstest/pattern.h"

#include <algorithm>

#include "conformance/catalogue/glob.h"

namespace wsproof::conformance::wstest {

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
