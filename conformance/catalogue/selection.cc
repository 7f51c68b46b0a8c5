// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/catalogue/catalogue.h"

namespace wsproof::conformance {
namespace {

/// Whether `text` is `pattern` with each '*' replaced by any text. When a try fails, the last '*'
/// takes one character more: earlier ones need not be tried again.
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

bool matches(std::string_view pattern, std::string_view id) {
  if (pattern.find('*') != std::string_view::npos) return matches_glob(pattern, id);
  return id == pattern ||
         (!pattern.empty() && id.starts_with(pattern) && id[pattern.size()] == '.');
}

/// Sets `marks` of all cases that the pattern matches.
void mark(const std::vector<Case>& catalogue, const std::string& pattern,
          std::vector<bool>& marks) {
  bool found = false;
  for (std::size_t i = 0; i < catalogue.size(); ++i) {
    if (!matches(pattern, catalogue[i].id)) continue;
    marks[i] = true;
    found = true;
  }
  if (!found) throw std::invalid_argument("no case matches '" + pattern + "'");
}

}  // namespace

std::vector<const Case*> select_cases(const std::vector<Case>& catalogue,
                                      const std::vector<std::string>& include,
                                      const std::vector<std::string>& exclude) {
  std::vector<bool> included(catalogue.size(), include.empty());
  for (const std::string& pattern : include) mark(catalogue, pattern, included);
  std::vector<bool> excluded(catalogue.size(), false);
  for (const std::string& pattern : exclude) mark(catalogue, pattern, excluded);

  std::vector<const Case*> selected;
  for (std::size_t i = 0; i < catalogue.size(); ++i) {
    if (included[i] && !excluded[i]) selected.push_back(&catalogue[i]);
  }
  return selected;
}

}  // namespace wsproof::conformance
