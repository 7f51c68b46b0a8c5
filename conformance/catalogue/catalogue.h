// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/catalogue/case.h"

namespace wsproof::conformance {

/// A case file that is not as it must be. what() is one line, "FILE:LINE: at POINTER: sentence",
/// with the JSON pointer (RFC 6901) of what is wrong; "FILE: sentence" where it cannot be read.
class CatalogueError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A file's name, for messages, and its octets.
struct CaseFile {
  std::string name;
  std::string_view text;
};

/// The case files that the program carries in itself.
[[nodiscard]] std::vector<CaseFile> embedded_case_files();

/// All cases of the files, tables expanded, ordered by id. Throws CatalogueError: JSON syntax, an
/// unknown or missing property, a wrong type, a duplicate id, an impossible combination.
[[nodiscard]] std::vector<Case> load_catalogue(const std::vector<CaseFile>& files);

/// Reads *.json of a folder (not schema.json) in place of the embedded ones.
[[nodiscard]] std::vector<Case> load_catalogue_folder(const std::string& folder);

/// Selection by patterns: "6.4.1" is exact, "6.*" any text after, "6" and "6.4" a whole family or
/// group. Throws std::invalid_argument naming a pattern that matches no case.
[[nodiscard]] std::vector<const Case*> select_cases(const std::vector<Case>& catalogue,
                                                    const std::vector<std::string>& include,
                                                    const std::vector<std::string>& exclude);

}  // namespace wsproof::conformance
