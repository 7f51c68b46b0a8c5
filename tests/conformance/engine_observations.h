// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "conformance/catalogue/case.h"
#include "conformance/engine/observation.h"

/// Cases and observations made by hand, for tests of the rules that turn one into a verdict.
namespace wsproof::test {

inline conformance::Event text(const std::string& payload) {
  conformance::Event event{.kind = conformance::Event::Kind::kMessage};
  event.payload = {payload, payload.size()};
  return event;
}
inline conformance::Event pong(const std::string& payload) {
  conformance::Event event = text(payload);
  event.kind = conformance::Event::Kind::kPong;
  return event;
}
inline conformance::Event ping(const std::string& payload) {
  conformance::Event event = text(payload);
  event.kind = conformance::Event::Kind::kPing;
  return event;
}
inline conformance::Event timeout(std::string tag) {
  return {.kind = conformance::Event::Kind::kTimeout, .tag = std::move(tag)};
}

/// "Hello" is sent and must come back; then the tester closes, and all must be clean.
inline conformance::Case echo_case() {
  conformance::Case test_case;
  test_case.id = "99.1";
  conformance::SendFrame frame;
  frame.payload = {"Hello", 5};
  test_case.steps = {frame};
  test_case.expect = {{conformance::Behavior::kOk, {text("Hello")}, {}}};
  test_case.close.by = conformance::CloseExpectation::By::kTester;
  test_case.close.codes = {1000};
  test_case.close.clean = true;
  test_case.drop_tcp_after = conformance::Duration(1000);
  return test_case;
}

/// A violation is sent, and the peer must fail the connection with 1002.
inline conformance::Case violation_case() {
  conformance::Case test_case = echo_case();
  std::get<conformance::SendFrame>(test_case.steps[0]).rsv = 4;
  test_case.expect = {{conformance::Behavior::kOk, {}, {}}};
  test_case.close.by = conformance::CloseExpectation::By::kPeer;
  test_case.close.codes = {1002};
  test_case.close.clean = false;
  return test_case;
}

/// The tester's Close is itself at fault, and the answer must say 1002.
inline conformance::Case faulty_close_case(const std::string& body) {
  conformance::Case test_case = violation_case();
  conformance::SendFrame frame;
  frame.opcode = opcode::kClose;
  frame.begins_closing = true;
  frame.payload = {body, body.size()};
  test_case.steps = {frame};
  test_case.close.by = conformance::CloseExpectation::By::kTester;
  test_case.close.wrong_code_is_fatal = true;
  return test_case;
}

/// An open connection over which these events came; no end of it yet.
inline conformance::Observation open_connection(std::vector<conformance::Event> events) {
  conformance::Observation seen;
  seen.opening = conformance::Observation::Opening::kOpen;
  seen.alive_asked = true;
  seen.alive = true;
  seen.steps_done = true;
  seen.events = events;
  seen.relevant = std::move(events);
  seen.close.opened = true;
  return seen;
}

/// The tester closed, the peer answered with this code, and TCP ended as it should.
inline conformance::Observation closed_by_tester(std::vector<conformance::Event> events,
                                                 std::uint16_t code = 1000) {
  conformance::Observation seen = open_connection(std::move(events));
  seen.close.closed_by_tester = true;
  seen.close.local_code = 1000;
  seen.close.remote_close_received = true;
  seen.close.remote_code = code;
  seen.close.clean = true;
  seen.tcp_ended_by_peer = true;
  return seen;
}

/// The peer closed with this code; the tester answered; TCP ended.
inline conformance::Observation closed_by_peer(std::vector<conformance::Event> events,
                                               std::uint16_t code = 1002) {
  conformance::Observation seen = closed_by_tester(std::move(events), code);
  seen.close.closed_by_tester = false;
  return seen;
}

/// The peer ended TCP, and that was all.
inline conformance::Observation bare_end(std::vector<conformance::Event> events) {
  conformance::Observation seen = open_connection(std::move(events));
  seen.tcp_ended_by_peer = true;
  return seen;
}

/// The tester waited in vain and dropped TCP.
inline conformance::Observation still_open(std::vector<conformance::Event> events) {
  conformance::Observation seen = open_connection(std::move(events));
  seen.close.failed_by_tester = true;
  seen.close.dropped_by_tester = true;
  seen.waited = std::chrono::seconds(1);
  return seen;
}

}  // namespace wsproof::test
