// SPDX-License-Identifier: Apache-2.0
#include "conformance/engine/account.h"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "conformance/engine/wording.h"
#include "server/protocol/close_code.h"

namespace wsproof::conformance {
namespace {

std::string acceptable_opening(const Opening& opening, Role peer) {
  const std::string who = the_peer(peer);
  if (opening.outcome == Opening::Outcome::kEither) {
    return fmt::format("{} opens the connection or refuses it", who);
  }
  if (peer == Role::kClient) {
    return fmt::format("{} refuses the answer: it ends TCP and sends no message", who);
  }
  if (opening.statuses.empty()) {
    return fmt::format("{} refuses with an HTTP status of 400 or above{}", who,
                       opening.close_is_refusal ? ", or ends TCP" : "");
  }
  std::string statuses;
  for (const int status : opening.statuses) {
    statuses += statuses.empty() ? std::to_string(status) : fmt::format(" or {}", status);
  }
  return fmt::format("{} refuses with HTTP status {}", who, statuses);
}

}  // namespace

bool sends_faulty_close(const Case& test_case) {
  const auto& codes = test_case.close.codes;
  if (test_case.close.by != CloseExpectation::By::kTester || codes.empty()) return false;
  if (std::find(codes.begin(), codes.end(), close_code::kNormal) != codes.end()) return false;
  return std::any_of(test_case.steps.begin(), test_case.steps.end(), [&](const Step& step) {
    const auto* frame = std::get_if<SendFrame>(&step);
    if (frame == nullptr || !frame->begins_closing) return false;
    const std::string body = frame->payload.octets();
    if (body.size() < 2) return true;
    const auto code = static_cast<std::uint16_t>(static_cast<unsigned char>(body[0]) << 8U |
                                                 static_cast<unsigned char>(body[1]));
    return std::find(codes.begin(), codes.end(), code) == codes.end();
  });
}

std::string acceptable_events(const Case& test_case, Role peer) {
  if (test_case.opening && test_case.opening->outcome != Opening::Outcome::kOpen) {
    return acceptable_opening(*test_case.opening, peer);
  }
  std::string text;
  const auto add = [&text](const Alternative& alternative, bool remark) {
    if (!text.empty()) text += "; or ";
    text += describe(alternative.events);
    if (!remark) return;
    text += fmt::format(" ({}{}{})", autobahn_name(alternative.behavior),
                        alternative.why.empty() ? "" : ": ", alternative.why);
  };
  for (const Alternative& one : test_case.expect) add(one, one.behavior != Behavior::kOk);
  for (const Alternative& one : test_case.tolerated) add(one, true);
  return text.empty() ? "anything" : text;
}

std::string acceptable_close(const Case& test_case, Role peer) {
  const std::string who = the_peer(peer);
  const std::string codes = test_case.close.codes.empty()
                                ? std::string("any code")
                                : "code " + describe_codes(test_case.close.codes);
  const std::string end = peer == Role::kServer ? " and ends TCP" : "";
  switch (test_case.close.by) {
    case CloseExpectation::By::kPeer:
      return fmt::format("{} fails the connection: Close with {}", who, codes);
    case CloseExpectation::By::kTester:
      return fmt::format("{} answers the{} Close with {}{}", who,
                         sends_faulty_close(test_case) ? " faulty" : "", codes, end);
    case CloseExpectation::By::kNobody:
      return "TCP ends without any Close frame";
    case CloseExpectation::By::kAny:
      break;
  }
  return fmt::format("the connection is closed, by whichever side, with {}", codes);
}

std::string account_of_opening(const Observation& seen) {
  const std::string who = the_peer(seen.peer);
  switch (seen.opening) {
    case Observation::Opening::kOpen:
      return fmt::format("{} opened the connection", who);
    case Observation::Opening::kRefused:
      if (seen.peer == Role::kClient) return "the client ended TCP over the answer it got";
      return fmt::format("{} answered the opening handshake with HTTP status {}", who, seen.status);
    case Observation::Opening::kClosed:
      return fmt::format("{} ended TCP during the opening handshake", who);
    case Observation::Opening::kNotHttp:
      return fmt::format("{} sent something else than HTTP in the opening handshake", who);
    case Observation::Opening::kKeptOpen:
      return fmt::format("{} neither ended TCP nor used the connection for {}", who,
                         describe_time(seen.waited));
    case Observation::Opening::kNothing:
      break;
  }
  if (seen.waited == Time{}) return fmt::format("{} did not complete the opening handshake", who);
  return fmt::format("{} did not complete the opening handshake within {}", who,
                     describe_time(seen.waited));
}

std::string account_of_events(const Case& test_case, const Observation& seen) {
  if (!seen.unsupported.empty()) return seen.unsupported;
  const std::string who = the_peer(seen.peer);
  std::string text;
  if (seen.opening != Observation::Opening::kOpen) {
    text = account_of_opening(seen);
  } else if (seen.alive_asked && !seen.alive && seen.tcp_ended_by_peer && !seen.steps_done) {
    text = fmt::format(
        "{} ended TCP right after the opening handshake, before it was asked for "
        "anything but a pong",
        who);
  } else {
    text = describe(seen.events);
    if (!seen.exchange.empty()) {
      text = seen.events.empty() ? seen.exchange : text + "; " + seen.exchange;
    }
    if (seen.alive_asked && !seen.alive) {
      text += fmt::format("; {} did not answer the ping ahead of the steps", who);
    }
  }
  if (!seen.abandoned.empty()) text += "; " + seen.abandoned;
  static_cast<void>(test_case);
  return text;
}

std::string account_of_close(const Case& test_case, const Observation& seen) {
  const CloseObservation& close = seen.close;
  const std::string who = the_peer(seen.peer);
  if (!seen.unsupported.empty()) return {};
  if (!close.opened) return "the connection was never open";
  if (close.remote_close_received) {
    std::string text;
    if (close.remote_code) {
      text = fmt::format("{} sent Close with code {} ({})", who, *close.remote_code,
                         close_code_name(*close.remote_code));
    } else {
      text = fmt::format("{} sent Close without a code", who);
    }
    if (close.tcp_end_timeout) {
      return fmt::format("{}, but kept TCP open for {}", text, describe_time(seen.waited));
    }
    if (close.reset_by_peer) return text + " and reset TCP";
    return seen.tcp_ended_by_peer ? text + " and ended TCP" : text;
  }
  if (close.reset_by_peer) return fmt::format("{} reset TCP without a Close frame", who);
  if (seen.tcp_ended_by_peer) return fmt::format("{} ended TCP without a Close frame", who);
  if (close.close_timeout) {
    return fmt::format("{} neither answered the Close nor ended TCP for {}", who,
                       describe_time(seen.waited));
  }
  if (test_case.close.by == CloseExpectation::By::kPeer && seen.steps_done) {
    return fmt::format("{} kept the connection open for {} after {}", who,
                       describe_time(seen.waited),
                       test_case.steps.empty() ? "the opening handshake" : "the violation");
  }
  if (close.dropped_by_tester) {
    return seen.waited == Time{} ? "the tester gave up and dropped TCP"
                                 : fmt::format("the tester gave up after {} and dropped TCP",
                                               describe_time(seen.waited));
  }
  return "the tester ended the connection";
}

}  // namespace wsproof::conformance
