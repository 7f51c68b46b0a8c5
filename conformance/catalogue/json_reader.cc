// SPDX-License-Identifier: Apache-2.0
#include "conformance/catalogue/json_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace wsproof::conformance {
namespace {

void expect_kind(const JsonValue& value, JsonValue::Kind kind) {
  if (value.kind != kind) {
    fail(value, fmt::format("expected {}, not {}", kind_name(kind), kind_name(value.kind)));
  }
}

std::string quoted_list(std::initializer_list<std::string_view> names) {
  std::string list;
  for (const std::string_view name : names) {
    if (!list.empty()) list += ", ";
    list += fmt::format("'{}'", name);
  }
  return list;
}

}  // namespace

void expect_object(const JsonValue& value, std::initializer_list<std::string_view> names) {
  expect_kind(value, JsonValue::Kind::kObject);
  for (std::size_t i = 0; i < value.names.size(); ++i) {
    if (std::find(names.begin(), names.end(), value.names[i]) != names.end()) continue;
    // The object is where the property must not be; the line is the property's own.
    JsonValue where;
    where.file = value.file;
    where.line = value.items[i].line;
    where.pointer = value.pointer;
    fail(where, fmt::format("unknown property '{}'", shown(value.names[i])));
  }
}

const JsonValue& need(const JsonValue& object, std::string_view name) {
  const JsonValue* member = object.find(name);
  if (member == nullptr) fail(object, fmt::format("missing property '{}'", name));
  return *member;
}

std::pair<std::string_view, const JsonValue*> at_most_one_of(
    const JsonValue& object, std::initializer_list<std::string_view> names) {
  std::pair<std::string_view, const JsonValue*> found{{}, nullptr};
  for (const std::string_view name : names) {
    const JsonValue* member = object.find(name);
    if (member == nullptr) continue;
    if (found.second != nullptr) {
      fail(object, fmt::format("'{}' and '{}' exclude each other", found.first, name));
    }
    found = {name, member};
  }
  return found;
}

std::pair<std::string_view, const JsonValue*> need_one_of(
    const JsonValue& object, std::initializer_list<std::string_view> names) {
  const auto found = at_most_one_of(object, names);
  if (found.second == nullptr)
    fail(object, fmt::format("one of {} is missing", quoted_list(names)));
  return found;
}

const std::vector<JsonValue>& read_array(const JsonValue& value) {
  expect_kind(value, JsonValue::Kind::kArray);
  return value.items;
}

const std::string& read_string(const JsonValue& value) {
  expect_kind(value, JsonValue::Kind::kString);
  return value.string;
}

const std::string& read_line(const JsonValue& value) {
  const std::string& text = read_string(value);
  if (text.empty()) fail(value, "must not be empty");
  for (const char c : text) {
    if ((c >= 0 && c < ' ') || c == '\x7f')
      fail(value, "must be one line without control characters");
  }
  return text;
}

bool read_boolean(const JsonValue& value) {
  expect_kind(value, JsonValue::Kind::kBoolean);
  return value.boolean;
}

bool read_boolean(const JsonValue& object, std::string_view name, bool otherwise) {
  const JsonValue* member = object.find(name);
  return member == nullptr ? otherwise : read_boolean(*member);
}

std::uint64_t read_integer(const JsonValue& value, std::uint64_t low, std::uint64_t high) {
  if (value.kind != JsonValue::Kind::kInteger || value.integer < low || value.integer > high) {
    const std::string found = value.kind == JsonValue::Kind::kInteger
                                  ? std::to_string(value.integer)
                                  : std::string(kind_name(value.kind));
    fail(value, fmt::format("expected a whole number from {} to {}, not {}", low, high, found));
  }
  return value.integer;
}

std::size_t read_word(const JsonValue& value, std::initializer_list<std::string_view> words) {
  const std::string& text = read_string(value);
  const auto* found = std::find(words.begin(), words.end(), text);
  if (found == words.end()) {
    fail(value, fmt::format("expected one of {}, not '{}'", quoted_list(words), shown(text)));
  }
  return static_cast<std::size_t>(found - words.begin());
}

}  // namespace wsproof::conformance
