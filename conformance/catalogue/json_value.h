// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/catalogue/catalogue.h"

namespace wsproof::conformance {

/// A JSON value that knows where it was written, so that anything wrong with it can be told by
/// file, line and JSON pointer, also after it was copied out of a table row into a case.
struct JsonValue {
  /// kOtherNumber: a negative or broken number, which no property of a case takes.
  enum class Kind : std::uint8_t {
    kNull,
    kBoolean,
    kInteger,
    kOtherNumber,
    kString,
    kArray,
    kObject
  };
  Kind kind = Kind::kNull;
  bool boolean = false;
  std::uint64_t integer = 0;
  std::string string;
  std::vector<JsonValue> items;    ///< of an array, or the values of an object
  std::vector<std::string> names;  ///< of an object, one for each item, in the order of the file

  const std::string* file = nullptr;  ///< name of the file; outlives the value
  int line = 0;                       ///< where the value begins, from 1
  std::string pointer;                ///< RFC 6901: "/groups/0/cases/3"

  /// The member of that name, or null.
  [[nodiscard]] const JsonValue* find(std::string_view name) const;
};

/// Parses a whole file. `name` outlives the value. Throws CatalogueError: not JSON, a name twice in
/// an object, nested deeper than any case file.
[[nodiscard]] JsonValue parse_json(const std::string& name, std::string_view text);

/// Throws CatalogueError: "FILE:LINE: at POINTER: sentence".
[[noreturn]] void fail(const JsonValue& where, const std::string& sentence);

/// Text of a file as it can stand in a message: one line of printable ASCII, cut when long.
[[nodiscard]] std::string shown(std::string_view text);

/// "a string", "an array", ...
[[nodiscard]] std::string_view kind_name(JsonValue::Kind kind);

}  // namespace wsproof::conformance
