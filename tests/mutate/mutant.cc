// SPDX-License-Identifier: Apache-2.0
#include "tests/mutate/mutant.h"

#include <cstdlib>

namespace wsproof_mutation {

constinit int alive = -1;
constinit unsigned char passed[kMostMutants] = {};

namespace {

// Before all initialisation, so that a table that is made at the start is mutated, too.
__attribute__((constructor(101))) void choose() {
  if (const char* const id = std::getenv("WSPROOF_MUTANT")) alive = std::atoi(id);
}

}  // namespace
}  // namespace wsproof_mutation
