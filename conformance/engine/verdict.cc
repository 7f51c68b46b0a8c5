// SPDX-License-Identifier: Apache-2.0
#include "conformance/engine/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "conformance/engine/account.h"
#include "conformance/engine/expectation.h"
#include "conformance/engine/wording.h"
#include "server/protocol/close_code.h"

namespace wsproof::conformance {
namespace {

using By = CloseExpectation::By;

/// Masking violations: closing is a MUST and the code a MAY (decision 2), so a bare end of TCP is
/// as good as a Close.
constexpr int kBareCloseIsFine = 2;

template <typename List, typename Value>
bool contains(const List& list, const Value& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// Codes that nobody has registered yet: to echo one is tolerated (decision 5).
bool is_unassigned(std::uint16_t code) { return (code > 1015 && code < 3000) || code > 4999; }

/// §7.4.1: with these a peer says that the other side broke the protocol. Decision 5: of codes that
/// are younger than the RFC it may think so.
bool accuses(std::uint16_t code, std::uint16_t answered) {
  const bool young = answered >= close_code::kServiceRestart && answered <= close_code::kBadGateway;
  return !young && (code == close_code::kProtocolError || code == close_code::kInvalidPayload);
}

/// Our own verdict under way: starts at PASS and only gets worse. Remembers why.
class Ruling {
 public:
  void worsen(Verdict verdict, std::string reason) {
    if (rank(verdict) < rank(verdict_)) return;
    if (rank(verdict) > rank(verdict_)) reasons_.clear();
    verdict_ = verdict;
    if (!contains(reasons_, reason)) reasons_.push_back(std::move(reason));
  }
  void fail(std::string reason) { worsen(Verdict::kFail, std::move(reason)); }
  void tolerate(std::string reason) { worsen(Verdict::kNonStrict, std::move(reason)); }
  /// Something that Autobahn counts as a fault and the RFC does not.
  void excuse(std::string reason) { worsen(Verdict::kPass, std::move(reason)); }

  [[nodiscard]] Verdict verdict() const { return verdict_; }
  [[nodiscard]] std::string reason() const {
    std::string text;
    for (const std::string& reason : reasons_) {
      if (!text.empty()) text += ", and ";
      text += reason;
    }
    return text;
  }

 private:
  static int rank(Verdict verdict) {
    switch (verdict) {
      case Verdict::kPass:
        return 0;
      case Verdict::kInformational:
        return 1;
      case Verdict::kNonStrict:
        return 2;
      case Verdict::kUnsupported:
        return 3;
      case Verdict::kFail:
        break;
    }
    return 4;
  }
  Verdict verdict_ = Verdict::kPass;
  std::vector<std::string> reasons_;
};

Verdict verdict_of(Behavior behavior) {
  switch (behavior) {
    case Behavior::kOk:
      return Verdict::kPass;
    case Behavior::kNonStrict:
      return Verdict::kNonStrict;
    case Behavior::kInformational:
      return Verdict::kInformational;
    case Behavior::kUnimplemented:
      return Verdict::kUnsupported;
    case Behavior::kFailed:
      break;
  }
  return Verdict::kFail;
}

/// §5.5.3: of several pings a peer "MAY elect to send a Pong frame for only the most recently
/// processed". That is about pings that arrive together: a wait between them ends it.
std::vector<Event> with_optional_pongs(const Case& test_case, std::vector<Event> events) {
  const bool waits =
      std::any_of(test_case.steps.begin(), test_case.steps.end(),
                  [](const Step& step) { return std::holds_alternative<Wait>(step); });
  if (waits) return events;
  for (std::size_t i = 0; i + 1 < events.size(); ++i) {
    if (events[i].kind == Event::Kind::kPong && events[i + 1].kind == Event::Kind::kPong) {
      events[i].optional = true;
    }
  }
  return events;
}

/// Whether one of these came to pass; the first that did decides.
bool judge_alternatives(const Case& test_case, const std::vector<Alternative>& alternatives,
                        const Observation& seen, Ruling& ruling) {
  for (const Alternative& alternative : alternatives) {
    const bool strictly = same_events(alternative.events, seen.events);
    const bool in_substance = same_events(alternative.events, seen.relevant);
    if (strictly || in_substance) {
      ruling.worsen(verdict_of(alternative.behavior), alternative.why);
      if (!strictly) ruling.excuse("pings, and pongs that answer nothing, are allowed at any time");
      return true;
    }
  }
  for (const Alternative& alternative : alternatives) {
    if (!same_events(with_optional_pongs(test_case, alternative.events), seen.relevant)) continue;
    ruling.worsen(verdict_of(alternative.behavior), alternative.why);
    ruling.excuse("RFC 6455 5.5.3 lets a peer answer only the last of several pings");
    return true;
  }
  return false;
}

void judge_events(const Case& test_case, const Observation& seen, Ruling& ruling) {
  if (judge_alternatives(test_case, test_case.expect, seen, ruling)) return;
  if (judge_alternatives(test_case, test_case.tolerated, seen, ruling)) return;
  ruling.fail(fmt::format("what came was {}", describe(seen.relevant)));
}

/// The peer ended TCP and sent no Close frame.
void judge_bare_end(const Case& test_case, const Observation& seen, Ruling& ruling) {
  for (const auto& tolerated : test_case.close.tolerated) {
    if (!tolerated.no_close_frame) continue;
    ruling.worsen(verdict_of(tolerated.behavior), tolerated.why);
    return;
  }
  const std::string who = the_peer(seen.peer);
  if (test_case.close.clean) {
    ruling.fail(fmt::format("{} ended TCP without answering the Close", who));
    return;
  }
  if (test_case.decision == kBareCloseIsFine) return;
  // Decision 1: §7.1.7 says that a Close frame SHOULD be sent.
  ruling.tolerate(
      fmt::format("{} ended TCP without the Close frame that RFC 6455 7.1.7 asks for", who));
}

void judge_code(const Case& test_case, const Observation& seen, Ruling& ruling) {
  const CloseObservation& close = seen.close;
  const CloseExpectation& wanted = test_case.close;
  const std::string who = the_peer(seen.peer);
  const bool faulty = seen.close_is_stimulus || sends_faulty_close(test_case);
  if (!close.remote_code) {
    if (wanted.codes.empty()) return;
    if (faulty) {
      ruling.fail(
          fmt::format("{} answered a faulty Close as though nothing were wrong with it", who));
    } else if (wanted.by == By::kPeer) {
      ruling.tolerate(fmt::format("the Close of {} does not say why", who));
    }
  } else if (!wanted.codes.empty() && !contains(wanted.codes, *close.remote_code)) {
    const std::uint16_t code = *close.remote_code;
    for (const auto& tolerated : wanted.tolerated) {
      if (!contains(tolerated.codes, code)) continue;
      ruling.worsen(verdict_of(tolerated.behavior), tolerated.why);
      return;
    }
    if (is_unassigned(code) && close.local_code == code) {
      ruling.tolerate(fmt::format("{} accepted the unassigned close code {}", who, code));
    } else if (wanted.by == By::kTester && !faulty && accuses(code, close.local_code.value_or(0))) {
      ruling.fail(
          fmt::format("{} answered Close {}, with which nothing is wrong, with code {} ({})", who,
                      close.local_code.value_or(0), code, close_code_name(code)));
    } else if (wanted.by == By::kTester && !faulty) {
      // Decision 6, §5.5.1: an endpoint "typically echos the status code it received".
      ruling.worsen(Verdict::kInformational,
                    fmt::format("{} answered Close {} with code {}; RFC 6455 5.5.1 only says that "
                                "an endpoint typically echoes the code",
                                who, close.local_code.value_or(0), code));
    } else {
      ruling.fail(fmt::format("{} sent close code {} in place of {}", who, code,
                              describe_codes(wanted.codes)));
    }
  }
  if (wanted.reason && close.remote_reason != wanted.reason->octets()) {
    ruling.fail(fmt::format("the reason in the Close of {} is {}", who,
                            describe_octets(close.remote_reason)));
  }
}

/// What must hold however informational a case is.
void judge_decency(const Case& test_case, const Observation& seen, Ruling& ruling) {
  const CloseObservation& close = seen.close;
  const std::string who = the_peer(seen.peer);
  if (seen.alive_asked && !seen.alive) {
    ruling.fail(fmt::format(
        "{} {} the ping that was sent ahead of the steps, so nothing shows that it saw them", who,
        seen.tcp_ended_by_peer ? "ended TCP and never answered" : "did not answer"));
  }
  if (seen.settle_unanswered) {
    ruling.fail(fmt::format("{} did not answer a ping that followed the steps", who));
  }
  if (close.close_timeout) ruling.fail(fmt::format("{} did not answer the Close", who));
  if (close.tcp_end_timeout) {
    ruling.fail(fmt::format("{} did not end TCP after the Close frames", who));
  }
  for (const Finding& finding : seen.findings) {
    if (finding.fatal) ruling.fail(finding.sentence);
    if (!finding.fatal && !finding.remark && !test_case.informational) {
      ruling.tolerate(finding.sentence);
    }
  }
}

void judge_close(const Case& test_case, const Observation& seen, Ruling& ruling) {
  const CloseObservation& close = seen.close;
  const std::string who = the_peer(seen.peer);
  const By by = test_case.close.by;
  if (by == By::kNobody) {
    if (close.remote_close_received) ruling.fail(fmt::format("{} sent a Close frame", who));
    return;
  }
  if (by == By::kPeer && (close.closed_by_tester || close.failed_by_tester ||
                          (!close.remote_close_received && !seen.tcp_ended_by_peer))) {
    ruling.fail(fmt::format("{} kept the connection open", who));
    return;
  }
  if (by == By::kTester && !close.closed_by_tester) {
    ruling.fail(close.remote_close_received || seen.tcp_ended_by_peer
                    ? fmt::format("{} ended a connection that it should have kept", who)
                    : fmt::format("{} did not do what the tester waited for", who));
    return;
  }
  if (!close.remote_close_received) {
    if (seen.tcp_ended_by_peer) judge_bare_end(test_case, seen, ruling);
    return;
  }
  judge_code(test_case, seen, ruling);
  if (test_case.close.clean && !close.clean) {
    ruling.fail(fmt::format("the closing handshake was not clean: {}", close.not_clean_reason));
  }
}

/// Whether this outcome is what the case asks of the opening handshake; nothing where the case goes
/// on with an open connection.
std::optional<Verdict> judge_opening(const Case& test_case, const Observation& seen,
                                     std::string& reason) {
  const Opening ordinary;
  const Opening& wanted = test_case.opening ? *test_case.opening : ordinary;
  using Wanted = Opening::Outcome;
  using Got = Observation::Opening;
  const bool refused = seen.opening == Got::kRefused;
  const bool closed = seen.opening == Got::kClosed;
  const bool open = seen.opening == Got::kOpen;
  reason = account_of_opening(seen);
  if (open && wanted.outcome != Wanted::kRefused) return std::nullopt;
  if (wanted.outcome == Wanted::kEither && (refused || closed)) return Verdict::kInformational;
  if (wanted.outcome == Wanted::kRefused) {
    const bool right_status = seen.peer == Role::kClient ||
                              (wanted.statuses.empty() && seen.status >= 400) ||
                              contains(wanted.statuses, seen.status);
    if (refused && right_status) return Verdict::kPass;
    if (closed && wanted.close_is_refusal) return Verdict::kPass;
  }
  for (const auto& tolerated : wanted.tolerated) {
    const bool same = (tolerated.outcome == Wanted::kOpen && open) ||
                      (tolerated.outcome == Wanted::kRefused && (refused || closed));
    if (!same) continue;
    if (refused && !tolerated.statuses.empty() && !contains(tolerated.statuses, seen.status)) {
      continue;
    }
    reason = tolerated.why;
    return verdict_of(tolerated.behavior);
  }
  return Verdict::kFail;
}

std::string difference(const Judgement& judgement, const std::string& reason) {
  if (summary(judgement.autobahn) == judgement.verdict) return {};
  return fmt::format("By Autobahn's rules this is {} and {}; here it is {}, because {}",
                     autobahn_name(judgement.autobahn.behavior),
                     autobahn_name(judgement.autobahn.close), name(judgement.verdict),
                     reason.empty() ? "the rules differ" : reason);
}

CloseBehavior as_close(Behavior behavior) {
  switch (behavior) {
    case Behavior::kOk:
    case Behavior::kNonStrict:
      return CloseBehavior::kOk;
    case Behavior::kInformational:
      return CloseBehavior::kInformational;
    case Behavior::kUnimplemented:
      return CloseBehavior::kUnimplemented;
    case Behavior::kFailed:
      break;
  }
  return CloseBehavior::kFailed;
}

Behavior as_behavior(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return Behavior::kOk;
    case Verdict::kNonStrict:
      return Behavior::kNonStrict;
    case Verdict::kInformational:
      return Behavior::kInformational;
    case Verdict::kUnsupported:
      return Behavior::kUnimplemented;
    case Verdict::kFail:
      break;
  }
  return Behavior::kFailed;
}

}  // namespace

Judgement judge(const Case& test_case, const Observation& seen) {
  Judgement judgement;
  judgement.autobahn = judge_as_autobahn(test_case, seen);
  judgement.acceptable = acceptable_events(test_case, seen.peer);
  judgement.close_acceptable = acceptable_close(test_case, seen.peer);
  judgement.happened = account_of_events(test_case, seen);
  judgement.close_happened = account_of_close(test_case, seen);

  if (!seen.unsupported.empty()) {
    judgement.verdict = Verdict::kUnsupported;
    return judgement;
  }
  Ruling ruling;
  if (!seen.abandoned.empty()) ruling.fail(seen.abandoned);
  std::string reason;
  const std::optional<Verdict> opening = judge_opening(test_case, seen, reason);
  if (opening) {
    ruling.worsen(*opening, reason);
    for (const Finding& finding : seen.findings) {
      if (finding.fatal && *opening != Verdict::kInformational) ruling.fail(finding.sentence);
    }
    if (test_case.opening && test_case.opening->outcome != Opening::Outcome::kOpen) {
      // Autobahn has no such cases; the pair says the same in its words.
      judgement.autobahn.behavior = as_behavior(ruling.verdict());
      judgement.autobahn.close = as_close(judgement.autobahn.behavior);
    }
  } else {
    judge_decency(test_case, seen, ruling);
    if (!test_case.informational) {
      judge_events(test_case, seen, ruling);
      judge_close(test_case, seen, ruling);
    }
    const bool either =
        test_case.opening && test_case.opening->outcome == Opening::Outcome::kEither;
    if (test_case.informational || either) {
      ruling.worsen(Verdict::kInformational, "the case only reports what the peer does");
    }
  }
  judgement.verdict = ruling.verdict();
  if (seen.deflate_declined && judgement.verdict != Verdict::kFail) {
    judgement.verdict = Verdict::kUnsupported;
  }
  judgement.difference = difference(judgement, ruling.reason());
  return judgement;
}

}  // namespace wsproof::conformance
