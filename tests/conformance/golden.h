// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace wsproof::conformance {

/// Expects `text` to be what tests/conformance/golden/`name` holds. With WSPROOF_UPDATE_GOLDEN=1 in
/// the environment the file is rewritten, and the test fails all the same: nobody passes by
/// accident.
void expect_golden(const std::string& name, const std::string& text);

}  // namespace wsproof::conformance
