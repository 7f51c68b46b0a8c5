// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace wsproof::conformance {

/// What the process returns. wsproof --help tells the same.
namespace exit_code {
inline constexpr int kAsExpected = 0;
inline constexpr int kUnexpected = 1;     ///< a case failed
inline constexpr int kUsage = 2;          ///< wrong usage, bad file, no case selected
inline constexpr int kTarget = 3;         ///< unreachable, or died
inline constexpr int kDeadline = 4;       ///< overall deadline reached
inline constexpr int kInterrupted = 130;  ///< SIGINT, SIGTERM, SIGHUP; as shells count the first
}  // namespace exit_code

/// Nothing can be run as asked: one sentence for stderr; the program ends with exit_code::kUsage.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace wsproof::conformance
