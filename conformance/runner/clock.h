// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "server/protocol/bytes.h"

namespace wsproof::conformance {

/// Time since a run began. Finer than the loop's own, which is in milliseconds: most cases are over
/// within one.
class Clock {
 public:
  [[nodiscard]] Time now() const {
    return std::chrono::duration_cast<Time>(std::chrono::steady_clock::now() - start_);
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace wsproof::conformance
