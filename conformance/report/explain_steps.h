// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "conformance/catalogue/case.h"

namespace wsproof::conformance {

/// A step in words, and the octets that belong to it.
struct StepText {
  std::string sentence;             ///< without a full stop
  std::vector<std::string> octets;  ///< lines in hex and as text; may be empty
};

/// Octets are cut to about `width` columns and two lines.
[[nodiscard]] StepText explain_step(const Step& step, std::size_t width);

/// What is unusual in the opening handshake, a line for each; empty where nothing is.
[[nodiscard]] std::vector<std::string> explain_opening(const Opening& opening);

/// How large and what: `11 octets`.
[[nodiscard]] std::string explain_size(std::uint64_t octets);

}  // namespace wsproof::conformance
