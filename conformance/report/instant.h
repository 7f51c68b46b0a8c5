// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace wsproof::conformance {

/// "2026-01-31T23:59:59.123Z".
[[nodiscard]] std::string iso_instant(std::chrono::system_clock::time_point when);

}  // namespace wsproof::conformance
