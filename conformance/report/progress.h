// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace wsproof::conformance {

/// How far a run has come, for a terminal while it goes on.
struct Progress {
  std::string target;
  std::size_t done = 0;
  std::size_t total = 0;
  std::size_t failed = 0;
  std::string running;  ///< the case that has been running longest; may be empty
};

/// One line without its end, at most `width` columns:
/// "[=====     ] 120 of 247 cases, 3 failed, waiting for 6.4.1".
[[nodiscard]] std::string progress_line(const Progress& progress, std::size_t width);

/// The same without the bar, for where lines are kept: "120 of 247 cases, 3 failed, ...".
[[nodiscard]] std::string plain_progress_line(const Progress& progress);

}  // namespace wsproof::conformance
