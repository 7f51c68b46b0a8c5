// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/progress.h"

#include <fmt/format.h>

#include <algorithm>

#include "conformance/report/escape.h"

namespace wsproof::conformance {

std::string plain_progress_line(const Progress& progress) {
  std::string out = fmt::format("{} of {} cases", progress.done, progress.total);
  if (progress.failed > 0) {
    out += fmt::format(", {} failed", progress.failed);
  }
  if (!progress.running.empty()) {
    out += ", waiting for " + printable(progress.running);
  }
  return out;
}

std::string progress_line(const Progress& progress, std::size_t width) {
  constexpr std::size_t kBar = 20;
  const std::size_t filled =
      progress.total == 0 ? 0 : std::min(kBar, progress.done * kBar / progress.total);
  std::string bar(filled, '=');
  bar.resize(kBar, ' ');
  return cut(fmt::format("[{}] {}", bar, plain_progress_line(progress)), width);
}

}  // namespace wsproof::conformance
