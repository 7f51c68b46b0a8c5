// SPDX-License-Identifier: Apache-2.0
#include "server/app/flags.h"

namespace wsproof {

void refuse(const std::string& flag, const std::string& value, const std::string& expected) {
  throw UsageError(fmt::format("{} {}: expected {}", flag, value.empty() ? "''" : value, expected));
}

std::string flag_text(std::uint64_t size) {
  constexpr std::uint64_t kMebi = 1024ULL * 1024;
  if (size >= kMebi && size % kMebi == 0) return fmt::format("{}m", size / kMebi);
  if (size >= 1024 && size % 1024 == 0) return fmt::format("{}k", size / 1024);
  return std::to_string(size);
}

std::string flag_text(std::chrono::milliseconds duration) {
  if (duration.count() % 1000 == 0) return fmt::format("{}s", duration.count() / 1000);
  return fmt::format("{}ms", duration.count());
}

}  // namespace wsproof
