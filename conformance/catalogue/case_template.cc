// SPDX-License-Identifier: Apache-2.0
#include "conformance/catalogue/case_template.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "conformance/catalogue/json_reader.h"

namespace wsproof::conformance {
namespace {

constexpr std::string_view kIndex = "index";
/// Steps or events of one case. The longest case foreseen is a burst of 1,000 pings.
constexpr std::size_t kMaxItems = 2048;

/// What a name stands for; null leaves ${name} as it is.
using Lookup = std::function<const JsonValue*(std::string_view)>;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// The next ${name} in `text` from `from` on: where it begins, and the name; npos if there is none.
std::pair<std::size_t, std::string_view> next_placeholder(const JsonValue& where,
                                                          std::string_view text, std::size_t from) {
  const std::size_t begin = text.find("${", from);
  if (begin == std::string_view::npos) return {begin, {}};
  std::size_t end = begin + 2;
  while (end < text.size() && is_name_character(text[end])) ++end;
  if (end == begin + 2 || end == text.size() || text[end] != '}') {
    fail(where, "'${' must be followed by a name in lower case and '}'");
  }
  return {begin, text.substr(begin + 2, end - begin - 2)};
}

void substitute(JsonValue& value, const Lookup& lookup) {
  for (JsonValue& item : value.items) substitute(item, lookup);
  if (value.kind != JsonValue::Kind::kString) return;

  std::string text;
  std::size_t from = 0;
  for (;;) {
    const auto [begin, name] = next_placeholder(value, value.string, from);
    if (begin == std::string::npos) break;
    const std::size_t end = begin + name.size() + 3;
    const JsonValue* replacement = lookup(name);
    if (replacement != nullptr && begin == 0 && end == value.string.size()) {
      JsonValue whole = *replacement;  // keeps its own line and pointer, for messages
      value = std::move(whole);
      return;
    }
    text.append(value.string, from, begin - from);
    if (replacement == nullptr) {
      text.append(value.string, begin, end - begin);
    } else if (replacement->kind == JsonValue::Kind::kString) {
      text += replacement->string;
    } else if (replacement->kind == JsonValue::Kind::kInteger) {
      text += std::to_string(replacement->integer);
    } else {
      fail(*replacement, fmt::format("{} cannot stand inside a text, as '{}' asks for",
                                     kind_name(replacement->kind), shown(value.string)));
    }
    from = end;
  }
  if (from == 0) return;
  text.append(value.string, from, std::string::npos);
  value.string = std::move(text);
}

void collect_names(const JsonValue& value, std::vector<std::string>& names) {
  for (const JsonValue& item : value.items) collect_names(item, names);
  if (value.kind != JsonValue::Kind::kString) return;
  for (const std::string_view name : placeholders(value, value.string)) {
    if (!is_reserved_name(name) && std::find(names.begin(), names.end(), name) == names.end()) {
      names.emplace_back(name);
    }
  }
}

/// Properties of which a case has at most one.
constexpr std::array<std::pair<std::string_view, std::string_view>, 1> kExclusive{
    {{"drop_tcp_after", "close_after"}}};

bool has_rival(const JsonValue& object, std::string_view name) {
  return std::any_of(kExclusive.begin(), kExclusive.end(), [&](const auto& pair) {
    return (pair.first == name && object.find(pair.second) != nullptr) ||
           (pair.second == name && object.find(pair.first) != nullptr);
  });
}

}  // namespace

bool is_reserved_name(std::string_view name) {
  constexpr std::array<std::string_view, 9> kReserved{
      kIndex,         "host",       "target",       "key",           "accept",
      "accept-lower", "accept-cut", "accept-other", "accept-decoded"};
  return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

std::vector<std::string_view> placeholders(const JsonValue& where, std::string_view text) {
  std::vector<std::string_view> names;
  std::size_t from = 0;
  for (;;) {
    const auto [begin, name] = next_placeholder(where, text, from);
    if (begin == std::string_view::npos) return names;
    names.push_back(name);
    from = begin + name.size() + 3;
  }
}

std::vector<JsonValue> expand_for_each(const JsonValue& table) {
  expect_object(table, {"for_each", "case"});
  const std::vector<JsonValue>& rows = read_array(need(table, "for_each"));
  const JsonValue& pattern = need(table, "case");
  if (rows.empty()) fail(need(table, "for_each"), "a table without rows");
  if (pattern.kind != JsonValue::Kind::kObject) fail(pattern, "expected an object");

  std::vector<std::string> used;
  collect_names(pattern, used);
  std::vector<JsonValue> cases;
  for (const JsonValue& row : rows) {
    if (row.kind != JsonValue::Kind::kObject) fail(row, "expected an object");
    for (std::size_t i = 0; i < row.names.size(); ++i) {
      if (is_reserved_name(row.names[i])) {
        fail(row.items[i], fmt::format("'{}' is a reserved name", row.names[i]));
      }
      if (std::find(used.begin(), used.end(), row.names[i]) == used.end()) {
        fail(row.items[i], fmt::format("the case does not use '{}'", shown(row.names[i])));
      }
    }
    for (const std::string& name : used) {
      if (row.find(name) == nullptr) fail(row, fmt::format("the row has no '{}'", name));
    }
    JsonValue& expanded = cases.emplace_back(pattern);
    substitute(expanded, [&row](std::string_view name) { return row.find(name); });
  }
  return cases;
}

std::vector<JsonValue> expand_times(const JsonValue& array, std::string_view name) {
  std::vector<JsonValue> expanded;
  const auto add = [&](const JsonValue& item) {
    if (expanded.size() >= kMaxItems) fail(item, fmt::format("more than {} {}", kMaxItems, name));
    expanded.push_back(item);
  };
  for (const JsonValue& item : read_array(array)) {
    const JsonValue* times = item.find("times");
    if (times == nullptr) {
      add(item);
      continue;
    }
    expect_object(item, {"times", name});
    const std::uint64_t count = read_integer(*times, 1, kMaxItems);
    const std::vector<JsonValue>& repeated = read_array(need(item, name));
    if (repeated.empty()) fail(item, fmt::format("no {} to repeat", name));
    for (std::uint64_t i = 0; i < count; ++i) {
      JsonValue index = *times;
      index.integer = i;
      for (JsonValue copy : repeated) {
        substitute(copy, [&index](std::string_view wanted) -> const JsonValue* {
          return wanted == kIndex ? &index : nullptr;
        });
        add(copy);
      }
    }
  }
  return expanded;
}

JsonValue inherit(const JsonValue& object, const JsonValue& defaults) {
  JsonValue merged = object;
  for (std::size_t i = 0; i < defaults.names.size(); ++i) {
    const std::string& name = defaults.names[i];
    if (object.find(name) != nullptr || has_rival(object, name)) continue;
    merged.names.push_back(name);
    merged.items.push_back(defaults.items[i]);
  }
  return merged;
}

}  // namespace wsproof::conformance
