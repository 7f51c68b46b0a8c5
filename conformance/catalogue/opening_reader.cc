// SPDX-License-Identifier: Apache-2.0
#include "conformance/catalogue/opening_reader.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/catalogue/case_template.h"
#include "conformance/catalogue/json_reader.h"
#include "conformance/catalogue/payload_reader.h"

namespace wsproof::conformance {
namespace {

/// Octets in which the engine fills in ${host}, ${key} and so on: no other name may stand there.
std::string read_fillable(const JsonValue& value) {
  std::string octets = read_octets(value);
  for (const std::string_view name : placeholders(value, octets)) {
    if (!is_reserved_name(name))
      fail(value, fmt::format("nothing fills in '${{{}}}'", shown(name)));
  }
  return octets;
}

std::vector<int> read_statuses(const JsonValue& value) {
  std::vector<int> statuses;
  for (const JsonValue& item : read_array(value)) {
    statuses.push_back(static_cast<int>(read_integer(item, 100, 599)));
  }
  return statuses;
}

std::vector<std::string> read_lines(const JsonValue& value) {
  std::vector<std::string> lines;
  for (const JsonValue& item : read_array(value)) lines.push_back(read_line(item));
  return lines;
}

Opening::Edit read_edit(const JsonValue& value) {
  using Kind = Opening::Edit::Kind;
  expect_object(value, {"set", "add", "remove", "value"});
  const auto [word, name] = need_one_of(value, {"set", "add", "remove"});
  Opening::Edit edit;
  edit.kind = word == "set" ? Kind::kSet : word == "add" ? Kind::kAdd : Kind::kRemove;
  edit.name = read_octets(*name);
  const JsonValue* octets = value.find("value");
  if (edit.kind == Kind::kRemove) {
    if (octets != nullptr) fail(*octets, "a field that is removed has no value");
  } else {
    edit.value = read_fillable(need(value, "value"));
  }
  return edit;
}

Opening::FieldCheck read_check(const JsonValue& value) {
  using Kind = Opening::FieldCheck::Kind;
  expect_object(value, {"field", "is", "value"});
  constexpr std::array kKinds{Kind::kEquals,   Kind::kAbsent,  Kind::kPresent, Kind::kOnce,
                              Kind::kHasToken, Kind::kMatches, Kind::kDistinct};
  Opening::FieldCheck check;
  check.name = read_line(need(value, "field"));
  check.kind = kKinds[read_word(need(value, "is"), {"equal", "absent", "present", "once",
                                                    "with-token", "matching", "distinct"})];
  const bool compares =
      check.kind == Kind::kEquals || check.kind == Kind::kHasToken || check.kind == Kind::kMatches;
  if (compares) {
    const JsonValue& wanted = need(value, "value");
    // A regular expression has dollar signs of its own.
    check.value = check.kind == Kind::kMatches ? read_line(wanted) : read_fillable(wanted);
  } else if (const JsonValue* unused = value.find("value")) {
    fail(*unused, "this check compares with no value");
  }
  return check;
}

Opening::Outcome read_outcome(const JsonValue& value) {
  using Outcome = Opening::Outcome;
  constexpr std::array kOutcomes{Outcome::kOpen, Outcome::kRefused, Outcome::kEither,
                                 Outcome::kNoConnection};
  return kOutcomes[read_word(value, {"open", "refused", "either", "no-connection"})];
}

Opening::Tolerated read_tolerated(const JsonValue& value) {
  expect_object(value, {"outcome", "statuses", "behavior", "why"});
  Opening::Tolerated tolerated;
  tolerated.outcome = read_outcome(need(value, "outcome"));
  if (const JsonValue* statuses = value.find("statuses")) {
    tolerated.statuses = read_statuses(*statuses);
  }
  tolerated.behavior = read_behavior(need(value, "behavior"));
  tolerated.why = read_why(value, tolerated.behavior);
  return tolerated;
}

void read_shape(const JsonValue& value, Opening& opening) {
  if (const JsonValue* raw = value.find("raw")) {
    for (const std::string_view name : {"start_line", "fields", "shuffle", "name_case"}) {
      if (value.find(name) != nullptr)
        fail(value, fmt::format("'raw' and '{}' exclude each other", name));
    }
    opening.raw = read_payload(*raw);
    for (const std::string_view name : placeholders(*raw, opening.raw->unit)) {
      if (!is_reserved_name(name))
        fail(*raw, fmt::format("nothing fills in '${{{}}}'", shown(name)));
    }
  }
  if (const JsonValue* line = value.find("start_line")) opening.start_line = read_fillable(*line);
  if (const JsonValue* fields = value.find("fields")) {
    for (const JsonValue& edit : read_array(*fields)) opening.edits.push_back(read_edit(edit));
  }
  opening.shuffle = read_boolean(value, "shuffle", false);
  if (const JsonValue* name_case = value.find("name_case")) {
    using NameCase = Opening::NameCase;
    constexpr std::array kCases{NameCase::kUsual, NameCase::kLower, NameCase::kUpper,
                                NameCase::kMixed};
    opening.name_case = kCases[read_word(*name_case, {"usual", "lower", "upper", "mixed"})];
  }
  if (const JsonValue* octets = value.find("before_head"))
    opening.before_head = read_fillable(*octets);
  if (const JsonValue* octets = value.find("after_head")) opening.after_head = read_octets(*octets);
  if (const JsonValue* delay = value.find("delay")) opening.delay = read_duration(*delay);
  if (const JsonValue* asks = value.find("asks")) {
    for (const JsonValue& ask : read_array(*asks)) {
      expect_object(ask, {"ask", "arguments"});
      opening.asks.push_back(read_ask(ask));
    }
  }
  if (const JsonValue* chop = value.find("chop")) opening.chop = read_chop(*chop);
  if (const JsonValue* target = value.find("target")) opening.target = read_octets(*target);
  if (const JsonValue* url = value.find("url")) opening.url = read_fillable(*url);
  if (const JsonValue* names = value.find("subprotocols"))
    opening.subprotocols = read_lines(*names);
  if (const JsonValue* offers = value.find("offers")) opening.offers = read_lines(*offers);
  if (const JsonValue* answers = value.find("answers")) opening.answers = read_lines(*answers);
}

}  // namespace

Opening read_opening(const JsonValue& value) {
  expect_object(value, {"start_line",   "fields",
                        "shuffle",      "name_case",
                        "raw",          "before_head",
                        "after_head",   "delay",
                        "asks",         "chop",
                        "target",       "url",
                        "subprotocols", "offers",
                        "answers",      "outcome",
                        "statuses",     "close_is_refusal",
                        "tolerated",    "steps_after_refusal",
                        "checks"});
  Opening opening;
  read_shape(value, opening);
  if (const JsonValue* outcome = value.find("outcome")) opening.outcome = read_outcome(*outcome);
  const bool may_open = opening.outcome == Opening::Outcome::kOpen;
  if (const JsonValue* statuses = value.find("statuses")) {
    if (may_open) fail(*statuses, "statuses belong to a handshake that is refused");
    opening.statuses = read_statuses(*statuses);
  }
  opening.close_is_refusal = read_boolean(value, "close_is_refusal", true);
  if (const JsonValue* tolerated = value.find("tolerated")) {
    for (const JsonValue& item : read_array(*tolerated)) {
      opening.tolerated.push_back(read_tolerated(item));
    }
  }
  opening.steps_after_refusal = read_boolean(value, "steps_after_refusal", false);
  if (opening.steps_after_refusal && may_open) {
    fail(value, "'steps_after_refusal' needs an outcome other than 'open'");
  }
  if (const JsonValue* checks = value.find("checks")) {
    for (const JsonValue& check : read_array(*checks)) opening.checks.push_back(read_check(check));
  }
  return opening;
}

Ask read_ask(const JsonValue& value) {
  Ask ask;
  ask.action = read_line(need(value, "ask"));
  if (const JsonValue* arguments = value.find("arguments")) ask.arguments = read_texts(*arguments);
  return ask;
}

std::map<std::string, std::string> read_texts(const JsonValue& value) {
  if (value.kind != JsonValue::Kind::kObject) {
    fail(value, fmt::format("expected an object of strings, not {}", kind_name(value.kind)));
  }
  std::map<std::string, std::string> texts;
  for (std::size_t i = 0; i < value.names.size(); ++i) {
    texts.emplace(value.names[i], read_string(value.items[i]));
  }
  return texts;
}

Behavior read_behavior(const JsonValue& value) {
  constexpr std::array kBehaviors{Behavior::kOk, Behavior::kNonStrict, Behavior::kInformational};
  return kBehaviors[read_word(value, {"OK", "NON-STRICT", "INFORMATIONAL"})];
}

std::string read_why(const JsonValue& object, Behavior behavior) {
  const JsonValue* why = object.find("why");
  if (why != nullptr) return read_line(*why);
  if (behavior == Behavior::kNonStrict) {
    fail(object, "NON-STRICT needs a 'why': the reason that it is tolerated");
  }
  return {};
}

}  // namespace wsproof::conformance
