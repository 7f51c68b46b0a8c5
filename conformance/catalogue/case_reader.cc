// SPDX-License-Identifier: Apache-2.0
#include "conformance/catalogue/case_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "conformance/catalogue/case_template.h"
#include "conformance/catalogue/expectation_reader.h"
#include "conformance/catalogue/json_reader.h"
#include "conformance/catalogue/opening_reader.h"
#include "conformance/catalogue/payload_reader.h"
#include "conformance/catalogue/step_reader.h"

namespace wsproof::conformance {
namespace {

constexpr std::uint64_t kMaxConnections = 100'000;
/// Cases of one file: more than any RFC has sentences.
constexpr std::size_t kMaxCases = 5'000;

/// "6.4.1": numbers without leading zeros, and a "-S" or "-C" where a case has two roles apart.
bool is_id(std::string_view id) {
  const bool has_role = id.ends_with("-S") || id.ends_with("-C");
  if (has_role) id.remove_suffix(2);
  std::size_t digits = 0;
  for (std::size_t i = 0; i <= id.size(); ++i) {
    const char c = i == id.size() ? '.' : id[i];
    if (c == '.') {
      if (digits == 0 || digits > 4 || (digits > 1 && id[i - digits] == '0')) return false;
      digits = 0;
    } else if (c >= '0' && c <= '9') {
      ++digits;
    } else {
      return false;
    }
  }
  return true;
}

/// The number that a heading like "6.4 Fail fast" begins with.
std::string_view read_number(const JsonValue& heading) {
  const std::string_view text = read_line(heading);
  const std::size_t blank = text.find(' ');
  const std::string_view number = text.substr(0, blank);
  if (blank == std::string_view::npos || !is_id(number)) {
    fail(heading, "expected a number and a title, as in '6.4 Fail fast'");
  }
  return number;
}

bool is_within(std::string_view id, std::string_view number) {
  return id == number || (id.starts_with(number) && id[number.size()] == '.');
}

std::vector<SpecReference> read_spec(const JsonValue& value) {
  // The RFCs that cases rest on; any other number is a slip.
  constexpr std::array kRfcs{3629, 6455, 7692, 7936, 8441, 9110, 9112, 9220};
  std::vector<SpecReference> spec;
  for (const JsonValue& item : read_array(value)) {
    expect_object(item, {"rfc", "section"});
    const JsonValue& rfc = need(item, "rfc");
    const int number = static_cast<int>(read_integer(rfc, 1, 99'999));
    if (std::find(kRfcs.begin(), kRfcs.end(), number) == kRfcs.end()) {
      fail(rfc, fmt::format("no case rests on RFC {}", number));
    }
    spec.push_back({number, read_line(need(item, "section"))});
  }
  if (spec.empty()) fail(value, "a case rests on at least one section of an RFC");
  return spec;
}

std::vector<std::string> read_names(const JsonValue& value) {
  std::vector<std::string> names;
  for (const JsonValue& item : read_array(value)) names.push_back(read_line(item));
  return names;
}

void read_roles(const JsonValue& value, Case& test_case) {
  test_case.for_servers = false;
  test_case.for_clients = false;
  for (const JsonValue& item : read_array(value)) {
    bool& role =
        read_word(item, {"server", "client"}) == 0 ? test_case.for_servers : test_case.for_clients;
    if (role) fail(item, "the same role twice");
    role = true;
  }
  if (!test_case.for_servers && !test_case.for_clients) fail(value, "a case is for some role");
}

/// What the case is: everything but what happens in it.
void read_description(const JsonValue& value, Case& test_case) {
  test_case.title = read_line(need(value, "title"));
  test_case.why = read_line(need(value, "why"));
  test_case.spec = read_spec(need(value, "spec"));
  constexpr std::array kLevels{Level::kMust, Level::kShould, Level::kMay};
  test_case.level = kLevels[read_word(need(value, "level"), {"must", "should", "may"})];
  if (const JsonValue* roles = value.find("roles")) read_roles(*roles, test_case);
  if (const JsonValue* names = value.find("requires")) {
    test_case.requires_features = read_names(*names);
  }
  if (const JsonValue* texts = value.find("environment")) {
    test_case.environment = read_texts(*texts);
  }
  if (const JsonValue* names = value.find("watch")) test_case.watch = read_names(*names);
  if (const JsonValue* decision = value.find("decision")) {
    test_case.decision = static_cast<int>(read_integer(*decision, 1, 999));
  }
  test_case.informational = read_boolean(value, "informational", false);
}

/// Whether the connection is refused and that is the end of the case.
bool never_opens(const Case& test_case) {
  return test_case.opening && !test_case.opening->steps_after_refusal &&
         (test_case.opening->outcome == Opening::Outcome::kRefused ||
          test_case.opening->outcome == Opening::Outcome::kNoConnection);
}

/// What happens in it, and what is expected of the peer.
void read_course(const JsonValue& value, Case& test_case) {
  if (const JsonValue* opening = value.find("opening")) test_case.opening = read_opening(*opening);
  const auto read_count = [&value](std::string_view name) {
    const JsonValue* count = value.find(name);
    return count == nullptr ? 1U
                            : static_cast<std::uint32_t>(read_integer(*count, 1, kMaxConnections));
  };
  test_case.repeat = read_count("repeat");
  test_case.connections = read_count("connections");
  test_case.answers_close = read_boolean(value, "answers_close", true);
  const JsonValue* chop = value.find("chop");
  test_case.steps = read_steps(need(value, "steps"), chop == nullptr ? Chop{} : read_chop(*chop));

  if (never_opens(test_case)) {
    if (!test_case.steps.empty()) {
      fail(need(value, "steps"),
           "steps after a handshake that is refused need 'steps_after_refusal'");
    }
    test_case.expect = {Alternative{}};
    test_case.close.by = CloseExpectation::By::kNobody;
  } else {
    test_case.expect = read_alternatives(need(value, "expect"));
    if (const JsonValue* tolerated = value.find("tolerated")) {
      test_case.tolerated = read_tolerated_alternatives(*tolerated);
    }
    test_case.close = read_close_expectation(need(value, "close"));
  }

  const auto [name, time] = need_one_of(value, {"drop_tcp_after", "close_after"});
  (name == "drop_tcp_after" ? test_case.drop_tcp_after : test_case.close_after) =
      read_duration(*time);
}

/// Each timeout that is expected must come from a wait, and each wait has a tag of its own.
void check_tags(const JsonValue& value, const Case& test_case) {
  std::set<std::string> tags;
  for (const Step& step : test_case.steps) {
    const auto* wait = std::get_if<Wait>(&step);
    if (wait == nullptr || wait->tag.empty()) continue;
    if (!tags.insert(wait->tag).second) {
      fail(need(value, "steps"), fmt::format("two waits with the tag '{}'", shown(wait->tag)));
    }
  }
  const auto check = [&](const std::vector<Alternative>& alternatives, std::string_view name) {
    for (const Alternative& alternative : alternatives) {
      for (const Event& event : alternative.events) {
        if (event.kind == Event::Kind::kTimeout && tags.count(event.tag) == 0) {
          fail(need(value, name), fmt::format("no wait has the tag '{}'", shown(event.tag)));
        }
      }
    }
  };
  check(test_case.expect, "expect");
  check(test_case.tolerated, "tolerated");
}

/// Each exchange that is expected must be a step, echo for echo.
void check_exchanges(const JsonValue& value, const Case& test_case) {
  std::vector<std::uint64_t> counts;
  for (const Step& step : test_case.steps) {
    if (const auto* exchange = std::get_if<Exchange>(&step)) counts.push_back(exchange->count);
  }
  for (const Alternative& alternative : test_case.expect) {
    std::size_t place = 0;
    for (const Event& event : alternative.events) {
      if (event.kind != Event::Kind::kExchange) continue;
      if (place == counts.size() || counts[place] != event.count) {
        fail(need(value, "expect"),
             fmt::format("no exchange of the steps has {} messages here", event.count));
      }
      ++place;
    }
  }
}

/// What the case makes use of must stand in "requires": without it the case is UNSUPPORTED.
void check_features(const JsonValue& value, const Case& test_case) {
  const auto require = [&](std::string_view feature, std::string_view user) {
    const auto& features = test_case.requires_features;
    if (std::find(features.begin(), features.end(), feature) == features.end()) {
      fail(value, fmt::format("{} needs '{}' in 'requires'", user, feature));
    }
  };
  for (const Step& step : test_case.steps) {
    if (std::holds_alternative<Ask>(step)) require("driver", "'ask'");
    const auto* frame = std::get_if<SendFrame>(&step);
    const auto* message = std::get_if<SendMessage>(&step);
    const auto* exchange = std::get_if<Exchange>(&step);
    if ((frame != nullptr && frame->compressed) || (message != nullptr && message->compressed) ||
        (exchange != nullptr && exchange->compressed)) {
      require("permessage-deflate", "'compressed'");
    }
  }
  if (test_case.opening && !test_case.opening->asks.empty()) require("driver", "'asks'");
}

/// `written` is the case without what it inherits, `value` with it.
LocatedCase read_case(const JsonValue& written, const JsonValue& value) {
  expect_object(value, {"id",         "title",         "why",
                        "spec",       "level",         "roles",
                        "requires",   "environment",   "watch",
                        "decision",   "informational", "opening",
                        "repeat",     "connections",   "answers_close",
                        "chop",       "steps",         "expect",
                        "tolerated",  "close",         "drop_tcp_after",
                        "close_after"});
  LocatedCase located;
  located.id = need(value, "id");
  Case& test_case = located.test_case;
  test_case.id = read_line(located.id);
  if (!is_id(test_case.id)) {
    fail(located.id, fmt::format("'{}' is not an id like '6.4.1'", shown(test_case.id)));
  }
  test_case.file = *value.file;
  test_case.line = located.id.line;
  read_description(value, test_case);
  read_course(value, test_case);
  if (never_opens(test_case)) {
    for (const std::string_view name : {"expect", "tolerated", "close"}) {
      if (const JsonValue* unused = written.find(name)) {
        fail(*unused, "the handshake is refused, so nothing can follow it");
      }
    }
  }
  check_tags(value, test_case);
  check_exchanges(value, test_case);
  check_features(value, test_case);
  return located;
}

}  // namespace

std::vector<LocatedCase> read_family(const JsonValue& file) {
  expect_object(file, {"family", "defaults", "groups"});
  const JsonValue& family = need(file, "family");
  const std::string_view family_number = read_number(family);
  JsonValue nothing;
  const auto read_defaults = [&nothing](const JsonValue& object) -> const JsonValue& {
    const JsonValue* defaults = object.find("defaults");
    if (defaults == nullptr) return nothing;
    expect_object(*defaults,
                  {"why", "spec", "level", "roles", "requires", "environment", "watch", "decision",
                   "informational", "opening", "repeat", "connections", "answers_close", "chop",
                   "expect", "tolerated", "close", "drop_tcp_after", "close_after"});
    static_cast<void>(at_most_one_of(*defaults, {"drop_tcp_after", "close_after"}));
    return *defaults;
  };
  const JsonValue& family_defaults = read_defaults(file);

  std::vector<LocatedCase> cases;
  for (const JsonValue& group : read_array(need(file, "groups"))) {
    expect_object(group, {"group", "defaults", "cases"});
    const JsonValue& heading = need(group, "group");
    const std::string_view number = read_number(heading);
    if (!is_within(number, family_number)) {
      fail(heading, fmt::format("group {} does not belong to family {}", number, family_number));
    }
    const JsonValue& group_defaults = read_defaults(group);
    const auto add = [&](const JsonValue& written) {
      if (written.kind != JsonValue::Kind::kObject) fail(written, "expected an object");
      LocatedCase located =
          read_case(written, inherit(inherit(written, group_defaults), family_defaults));
      if (!is_within(located.test_case.id, number)) {
        fail(located.id,
             fmt::format("case {} does not belong to group {}", located.test_case.id, number));
      }
      located.test_case.family = family.string;
      located.test_case.group = heading.string;
      if (cases.size() >= kMaxCases) fail(written, fmt::format("more than {} cases", kMaxCases));
      cases.push_back(std::move(located));
    };
    for (const JsonValue& written : read_array(need(group, "cases"))) {
      if (written.find("for_each") == nullptr) {
        add(written);
        continue;
      }
      for (const JsonValue& expanded : expand_for_each(written)) add(expanded);
    }
  }
  return cases;
}

}  // namespace wsproof::conformance
