// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "conformance/catalogue/case.h"
#include "conformance/catalogue/json_value.h"

namespace wsproof::conformance {

/// Messages of an exchange: more than any case needs.
inline constexpr std::uint64_t kMaxExchange = 1'000'000;

/// The array "steps", with each "times" expanded. `chop` is that of steps which name none. Fails
/// also on steps that cannot follow each other: a frame's header without the payload it announces.
[[nodiscard]] std::vector<Step> read_steps(const JsonValue& array, const Chop& chop);

}  // namespace wsproof::conformance
