// SPDX-License-Identifier: Apache-2.0
#include "fuzz/support/check.h"

#include <cstdio>
#include <cstdlib>

namespace wsproof::fuzz {

void check(bool holds, const char* what, const char* file, int line) {
  if (holds) return;
  std::fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
  std::abort();
}

}  // namespace wsproof::fuzz
