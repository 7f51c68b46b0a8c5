// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "conformance/catalogue/json_value.h"

/// Tables and inheritance of case files: what is expanded before anything is read as a case.
namespace wsproof::conformance {

/// Whether ${name} is filled in later: by `times` ("index") or by the engine in an opening
/// handshake ("host", "key", ...). Such names cannot name a row's value.
[[nodiscard]] bool is_reserved_name(std::string_view name);

/// The names of all ${name} in the text. Fails at `where` if one is not closed or ill-formed.
[[nodiscard]] std::vector<std::string_view> placeholders(const JsonValue& where,
                                                         std::string_view text);

/// {"for_each": [ROW...], "case": CASE}: the case once for each row, with ${name} replaced by the
/// row's value of that name. A string that is nothing but ${name} becomes the value itself, of any
/// type; within a longer string, strings and whole numbers are spelled out. Every value of a row
/// must be used, and every name that is used must be in every row.
[[nodiscard]] std::vector<JsonValue> expand_for_each(const JsonValue& table);

/// The array's items, and in place of each {"times": N, NAME: [...]} its items N times over, with
/// ${index} counting from 0.
[[nodiscard]] std::vector<JsonValue> expand_times(const JsonValue& array, std::string_view name);

/// The object with the members of `defaults` that it has not got itself. Of a pair of properties
/// that exclude each other, one in the object keeps the other from being inherited.
[[nodiscard]] JsonValue inherit(const JsonValue& object, const JsonValue& defaults);

}  // namespace wsproof::conformance
