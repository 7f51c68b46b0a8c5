// SPDX-License-Identifier: Apache-2.0
#include "conformance/catalogue/case.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace wsproof::conformance {
namespace {

/// Takes the number in front of `id`, and the dot behind it. Digits are compared as text, so that
/// no id is too large: fewer digits are less.
std::string_view take_number(std::string_view& id) {
  const std::size_t dot = std::min(id.find('.'), id.size());
  std::string_view number = id.substr(0, dot);
  id.remove_prefix(std::min(dot + 1, id.size()));
  number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
  return number;
}

}  // namespace

std::string Payload::octets() const {
  if (unit.empty()) return {};
  if (unit.size() == 1) return std::string(size, unit[0]);
  std::string octets;
  octets.reserve(size);
  octets.append(unit, 0, size);
  // Doubled as long as that fits: what is there is always whole units, up to the last one.
  while (octets.size() < size) {
    octets.append(octets, 0, std::min<std::size_t>(octets.size(), size - octets.size()));
  }
  return octets;
}

bool id_less(const std::string& a, const std::string& b) {
  std::string_view left = a;
  std::string_view right = b;
  while (!left.empty() && !right.empty()) {
    const std::string_view x = take_number(left);
    const std::string_view y = take_number(right);
    if (x.size() != y.size()) return x.size() < y.size();
    if (x != y) return x < y;
  }
  return left.empty() && !right.empty();
}

}  // namespace wsproof::conformance
