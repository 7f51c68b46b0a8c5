// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/catalogue/case.h"
#include "conformance/engine/result.h"

namespace wsproof::conformance {

/// One line of an expectation file: `6.4.1 NON-STRICT # reason`. A blank line or a comment has no
/// pattern.
struct ExpectationLine {
  std::size_t number = 0;         ///< from 1
  std::string text;               ///< as it stands, without its end
  std::string pattern;            ///< an id, a family, or with '*'
  bool exact = false;             ///< the pattern is the id of a case
  std::vector<std::string> ids;   ///< that the pattern selects, in the catalogue's order
  std::vector<Verdict> verdicts;  ///< that are as expected; several where the case is flaky
  std::string reason;             ///< what stands behind '#'
};

/// What is known of an endpoint: which cases may come to which verdicts.
struct Expectations {
  std::string name;  ///< of the file, for messages
  std::vector<ExpectationLine> lines;
  /// The lines are made from Autobahn's verdicts, so they are compared with those too.
  bool by_autobahn = false;

  /// The line that speaks of the case, or null: that of the id itself, else the last pattern that
  /// selects it.
  [[nodiscard]] const ExpectationLine* find(std::string_view case_id) const;
};

/// Reads an expectation file. Every id and pattern must select a case of the catalogue, and none
/// may stand there twice. The error is one sentence that begins with file and line.
[[nodiscard]] tl::expected<Expectations, std::string> parse_expectations(
    const std::string& name, std::string_view text, const std::vector<Case>& catalogue);

/// Whether the verdict is among those of the line.
[[nodiscard]] bool allows(const ExpectationLine& line, Verdict verdict);

/// "PASS or FAIL".
[[nodiscard]] std::string verdict_words(const std::vector<Verdict>& verdicts);

}  // namespace wsproof::conformance
