// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/catalogue/json_value.h"

/// Strict reading of JSON values: each verb takes what it is told to take and throws CatalogueError
/// for anything else.
namespace wsproof::conformance {

/// Fails unless the value is an object with no other members than these.
void expect_object(const JsonValue& value, std::initializer_list<std::string_view> names);

/// The member, or a failure that it is missing.
[[nodiscard]] const JsonValue& need(const JsonValue& object, std::string_view name);

/// The only one of these members that the object has; fails if there is none, or more than one.
[[nodiscard]] std::pair<std::string_view, const JsonValue*> need_one_of(
    const JsonValue& object, std::initializer_list<std::string_view> names);
/// The same, but none of them is fine and gives null.
[[nodiscard]] std::pair<std::string_view, const JsonValue*> at_most_one_of(
    const JsonValue& object, std::initializer_list<std::string_view> names);

[[nodiscard]] const std::vector<JsonValue>& read_array(const JsonValue& value);
[[nodiscard]] const std::string& read_string(const JsonValue& value);
/// A string with something in it and no control characters.
[[nodiscard]] const std::string& read_line(const JsonValue& value);
[[nodiscard]] bool read_boolean(const JsonValue& value);
[[nodiscard]] std::uint64_t read_integer(
    const JsonValue& value, std::uint64_t low = 0,
    std::uint64_t high = std::numeric_limits<std::uint64_t>::max());

/// A member that may be missing.
[[nodiscard]] bool read_boolean(const JsonValue& object, std::string_view name, bool otherwise);

/// One word of a closed list: index into `words`.
[[nodiscard]] std::size_t read_word(const JsonValue& value,
                                    std::initializer_list<std::string_view> words);

}  // namespace wsproof::conformance
