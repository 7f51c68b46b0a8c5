// SPDX-License-Identifier: Apache-2.0
#include "conformance/catalogue/expectation_reader.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "conformance/catalogue/case_template.h"
#include "conformance/catalogue/json_reader.h"
#include "conformance/catalogue/opening_reader.h"
#include "conformance/catalogue/payload_reader.h"
#include "conformance/catalogue/step_reader.h"

namespace wsproof::conformance {
namespace {

Event read_event(const JsonValue& value) {
  using Kind = Event::Kind;
  expect_object(value, {"text", "binary", "ping", "pong", "timeout", "exchange", "optional"});
  const auto [kind, body] =
      need_one_of(value, {"text", "binary", "ping", "pong", "timeout", "exchange"});
  Event event;
  event.optional = read_boolean(value, "optional", false);
  if (kind == "timeout") {
    event.kind = Kind::kTimeout;
    event.tag = read_line(*body);
    return event;
  }
  if (kind == "exchange") {
    event.kind = Kind::kExchange;
    event.count = read_integer(*body, 1, kMaxExchange);
    return event;
  }
  event.kind = kind == "ping" ? Kind::kPing : kind == "pong" ? Kind::kPong : Kind::kMessage;
  event.binary = kind == "binary";
  event.payload = read_payload(*body);
  return event;
}

Alternative read_alternative(const JsonValue& value) {
  expect_object(value, {"behavior", "events", "why"});
  Alternative alternative;
  alternative.behavior = read_behavior(need(value, "behavior"));
  for (const JsonValue& event : expand_times(need(value, "events"), "events")) {
    alternative.events.push_back(read_event(event));
  }
  alternative.why = read_why(value, alternative.behavior);
  return alternative;
}

std::vector<std::uint16_t> read_codes(const JsonValue& value) {
  std::vector<std::uint16_t> codes;
  for (const JsonValue& item : read_array(value)) {
    codes.push_back(static_cast<std::uint16_t>(read_integer(item, 0, 65535)));
  }
  return codes;
}

CloseExpectation::Tolerated read_tolerated(const JsonValue& value) {
  expect_object(value, {"codes", "no_close_frame", "behavior", "why"});
  CloseExpectation::Tolerated tolerated;
  if (const JsonValue* codes = value.find("codes")) tolerated.codes = read_codes(*codes);
  tolerated.no_close_frame = read_boolean(value, "no_close_frame", false);
  if (tolerated.codes.empty() && !tolerated.no_close_frame) fail(value, "tolerates nothing");
  tolerated.behavior = read_behavior(need(value, "behavior"));
  tolerated.why = read_why(value, tolerated.behavior);
  return tolerated;
}

}  // namespace

std::vector<Alternative> read_alternatives(const JsonValue& array) {
  std::vector<Alternative> alternatives;
  for (const JsonValue& value : read_array(array)) {
    alternatives.push_back(read_alternative(value));
  }
  if (std::none_of(alternatives.begin(), alternatives.end(),
                   [](const Alternative& one) { return one.behavior == Behavior::kOk; })) {
    fail(array, "no alternative is OK");
  }
  return alternatives;
}

std::vector<Alternative> read_tolerated_alternatives(const JsonValue& array) {
  std::vector<Alternative> alternatives;
  for (const JsonValue& value : read_array(array)) {
    static_cast<void>(need(value, "why"));
    alternatives.push_back(read_alternative(value));
  }
  return alternatives;
}

CloseExpectation read_close_expectation(const JsonValue& value) {
  using By = CloseExpectation::By;
  expect_object(value,
                {"by", "codes", "clean", "wrong_endpoint_is_fatal", "wrong_code_is_fatal", "reason",
                 "tolerated", "tester_keeps_tcp", "peer_ends_tcp_within", "peer_keeps_tcp"});
  CloseExpectation close;
  constexpr std::array kBys{By::kTester, By::kPeer, By::kAny, By::kNobody};
  close.by = kBys[read_word(need(value, "by"), {"tester", "peer", "any", "nobody"})];
  if (close.by == By::kNobody) {
    for (const std::string_view name : {"codes", "clean", "reason"}) {
      if (const JsonValue* unused = value.find(name)) {
        fail(*unused, "belongs to a closing handshake, and nobody begins one");
      }
    }
  } else {
    const JsonValue& codes = need(value, "codes");
    close.codes = read_codes(codes);
    if (close.codes.empty()) fail(codes, "no code is acceptable");
  }
  close.clean = read_boolean(value, "clean", false);
  close.wrong_endpoint_is_fatal = read_boolean(value, "wrong_endpoint_is_fatal", false);
  close.wrong_code_is_fatal = read_boolean(value, "wrong_code_is_fatal", false);
  if (const JsonValue* reason = value.find("reason")) close.reason = read_payload(*reason);
  if (const JsonValue* tolerated = value.find("tolerated")) {
    for (const JsonValue& item : read_array(*tolerated)) {
      close.tolerated.push_back(read_tolerated(item));
    }
  }
  if (const JsonValue* time = value.find("tester_keeps_tcp")) {
    close.tester_keeps_tcp = read_duration(*time);
  }
  if (const JsonValue* time = value.find("peer_ends_tcp_within")) {
    close.peer_ends_tcp_within = read_duration(*time);
  }
  if (const JsonValue* time = value.find("peer_keeps_tcp")) {
    close.peer_keeps_tcp = read_duration(*time);
  }
  return close;
}

}  // namespace wsproof::conformance
