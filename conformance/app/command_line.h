// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11's
class App;
}

namespace wsproof::conformance {

/// No option and no word of the command line or of a command takes an empty value: it is refused
/// with a sentence that names it. Called when all are added.
void refuse_empty_values(CLI::App& app);

}  // namespace wsproof::conformance
