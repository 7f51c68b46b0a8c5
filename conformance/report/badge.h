// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "conformance/report/run.h"

namespace wsproof::conformance {

/// badge.json, as https://shields.io/badges/endpoint-badge takes it.
[[nodiscard]] std::string badge(const Run& run);

}  // namespace wsproof::conformance
