// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/catalogue/catalogue.h"
#include "conformance/catalogue/glob.h"

namespace wsproof::conformance {
namespace {

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
