// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/catalogue/case.h"

namespace wsproof::conformance {

/// An input for a fuzz target, in the form that all of them take: eight octets of options and cuts,
/// then data. fuzz/README.md describes it.
struct FuzzSeed {
  std::string target;  ///< "frame_parser"
  std::string octets;
};

/// Larger ones teach a fuzzer nothing that smaller ones do not, and slow it down.
inline constexpr std::size_t kMaxSeedSize = 2048;

/// What the tester sends in this case to an endpoint of this role that takes the opening handshake
/// and then says nothing, as inputs for every target that reads such octets, at most one for each.
/// Always the same for the same case: keys are not random.
[[nodiscard]] std::vector<FuzzSeed> fuzz_seeds(const Case& test_case, Role peer);

/// A file with one case in it.
struct CaseFileSeed {
  std::string id;  ///< of that case
  std::string octets;
};

/// A case file cut into files of one case each, as inputs for the loader's target. Of a table the
/// first row is kept.
[[nodiscard]] std::vector<CaseFileSeed> case_file_seeds(std::string_view case_file);

}  // namespace wsproof::conformance
