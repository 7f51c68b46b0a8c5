// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "server/app/server.h"

namespace wsproof {

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return result;
}

}  // namespace wsproof
