// SPDX-License-Identifier: Apache-2.0
#include "tests/prove/ranges.h"

namespace wsproof::prove {

std::string marked_cases(const std::vector<const conformance::Case*>& cases,
                         const std::vector<Mark>& marks, Mark mark) {
  std::string text;
  const auto add = [&text](const std::string& more) {
    if (!text.empty()) text += ", ";
    text += more;
  };
  for (std::size_t i = 0; i < marks.size();) {
    if (marks[i] != mark) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < marks.size() && marks[end] == mark) ++end;
    if (end - i >= 3) {
      add(cases[i]->id + "-" + cases[end - 1]->id);
      i = end;
    } else {
      add(cases[i++]->id);
    }
  }
  return text;
}

}  // namespace wsproof::prove
