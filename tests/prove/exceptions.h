// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/peers/faulty/faults.h"
#include "tests/prove/matrix.h"

namespace wsproof::prove {

/// A fault that no case catches, or a case that no fault fails, with the reason why that is as it
/// should be.
struct Exception {
  enum class Kind : std::uint8_t { kFault, kCase };
  Kind kind = Kind::kFault;
  std::optional<faulty::Role> role;  ///< none: both
  std::string name;                  ///< of the fault, or the case's id
  std::string reason;
  int line = 0;
};

/// Reads lines "fault server NAME: reason", "case both ID: reason"; # begins a comment. Throws
/// std::invalid_argument, "line 3: ...", where a line is not like that, or names no fault.
[[nodiscard]] std::vector<Exception> read_exceptions(std::string_view text);

/// The reason that is listed; null: none.
[[nodiscard]] const Exception* find_exception(const std::vector<Exception>& exceptions,
                                              Exception::Kind kind, faulty::Role role,
                                              std::string_view name);

/// What must not be, a sentence each: the endpoint without faults does not pass a case; nothing
/// catches a fault, or proves a case, and no exception says why; an exception is not needed.
[[nodiscard]] std::vector<std::string> find_complaints(const std::vector<RoleMatrix>& matrices,
                                                       const std::vector<Exception>& exceptions);

}  // namespace wsproof::prove
