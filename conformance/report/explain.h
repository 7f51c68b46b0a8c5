// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "conformance/catalogue/case.h"

namespace wsproof::conformance {

/// A case for someone who has never seen it: what is sent, in words and in hex; what is expected,
/// and why, with the RFC's sections. Plain text, at most `width` columns.
[[nodiscard]] std::string explain(const Case& test_case, std::size_t width);

/// Ids and titles under the names of their families and groups.
[[nodiscard]] std::string list_cases(const std::vector<const Case*>& cases, std::size_t width);

/// The same as JSON: a list of {id, title, why, family, group, spec, level, roles, requires}.
[[nodiscard]] std::string list_cases_json(const std::vector<const Case*>& cases);

}  // namespace wsproof::conformance
