// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "conformance/engine/result.h"

namespace wsproof::conformance {

/// Colour for a terminal, or none. Every verdict keeps its word, so nothing is said by colour
/// alone.
class Ink {
 public:
  explicit Ink(bool colour) : colour_(colour) {}

  [[nodiscard]] std::string bold(std::string_view text) const { return dye("1", text); }
  [[nodiscard]] std::string faint(std::string_view text) const { return dye("2", text); }
  [[nodiscard]] std::string red(std::string_view text) const { return dye("1;31", text); }
  [[nodiscard]] std::string green(std::string_view text) const { return dye("32", text); }
  [[nodiscard]] std::string yellow(std::string_view text) const { return dye("33", text); }
  [[nodiscard]] std::string blue(std::string_view text) const { return dye("34", text); }
  /// In the colour of the verdict.
  [[nodiscard]] std::string by_verdict(Verdict verdict, std::string_view text) const;

 private:
  [[nodiscard]] std::string dye(std::string_view code, std::string_view text) const;
  bool colour_;
};

}  // namespace wsproof::conformance
