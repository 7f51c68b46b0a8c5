// SPDX-License-Identifier: Apache-2.0
#include "conformance/engine/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "conformance/engine/expectation.h"
#include "conformance/engine/findings.h"
#include "conformance/engine/observer.h"
#include "conformance/engine/opening.h"
#include "conformance/engine/outbox.h"
#include "conformance/engine/ping_ledger.h"
#include "conformance/engine/record.h"
#include "conformance/engine/script.h"
#include "conformance/engine/settling.h"
#include "conformance/engine/verdict.h"
#include "conformance/engine/wording.h"
#include "server/protocol/close_code.h"

namespace wsproof::conformance {
namespace {

using std::chrono::milliseconds;
using Kind = TranscriptEntry::Kind;

// Autobahn's own limits for an answer to a Close and for the end of TCP behind it.
constexpr milliseconds kCloseTimeout{1'000};
constexpr milliseconds kTcpEndTimeout{1'000};
// For a pong with nothing else to do; the same patience as with a Close.
constexpr milliseconds kAliveTimeout{1'000};
// A case without a time of its own.
constexpr milliseconds kGiveUpAfter{1'000};
// A wait that a living peer passes, where no ping can be sent: long enough for a peer that fails to
// be seen doing it.
constexpr milliseconds kShortWait{100};
constexpr int kRoundTrips = 10;
// What a peer may send beyond four times what it was sent and all that is expected of it.
constexpr std::uint64_t kSpareOctets = 1024 * 1024;
constexpr std::size_t kSpareEvents = 1000;

std::uint64_t largest_message(const Case& test_case) {
  std::uint64_t size = 0;
  for (const Alternative& alternative : test_case.expect) {
    for (const Event& event : alternative.events) size = std::max(size, event.payload.size);
  }
  return size;
}

std::uint64_t expected_octets(const Case& test_case) {
  std::uint64_t most = 0;
  for (const Alternative& alternative : test_case.expect) {
    std::uint64_t size = 0;
    for (const Event& event : alternative.events) size += event.payload.size;
    most = std::max(most, size);
  }
  return most;
}

std::size_t expected_events(const Case& test_case) {
  std::size_t most = 0;
  for (const Alternative& alternative : test_case.expect) {
    most = std::max(most, alternative.events.size());
  }
  return most;
}

/// Where nothing that the peer does to the steps shows that it lives: it is to say nothing, or to
/// fail the connection, and a peer that is gone does both.
bool needs_sign_of_life(const Case& test_case) {
  return test_case.close.by == CloseExpectation::By::kPeer ||
         std::any_of(test_case.expect.begin(), test_case.expect.end(),
                     [](const Alternative& alternative) { return alternative.events.empty(); });
}

/// Whether the peer must still be there when this wait is over, whatever it may do afterwards.
bool must_survive(const Case& test_case, const Wait& wait) {
  if (wait.tag.empty()) return test_case.close.by != CloseExpectation::By::kPeer;
  return std::all_of(
      test_case.expect.begin(), test_case.expect.end(), [&](const Alternative& alternative) {
        if (alternative.behavior != Behavior::kOk) return true;
        return std::any_of(alternative.events.begin(), alternative.events.end(),
                           [&](const Event& event) {
                             return event.kind == Event::Kind::kTimeout && event.tag == wait.tag;
                           });
      });
}

}  // namespace

/// The life of a case, phase by phase. Whatever happens is written down first, by the observer and
/// the opening; then advance() looks at what is known and does all that follows from it.
struct Engine::Impl {
  enum class Phase : std::uint8_t {
    kIdle,      ///< not connected yet
    kOpening,   ///< the opening handshake is under way
    kRefusal,   ///< a client got an answer that it must not accept
    kAlive,     ///< a ping ahead of the steps waits for its pong
    kSteps,     ///< the script runs or waits
    kReacting,  ///< the steps are over; the peer reacts
    kClosing,   ///< our Close is out, the peer's is not here
    kEnding,    ///< the closing handshake is over, TCP is not
    kDone,
  };

  Impl(const Case& test_case, const EngineOptions& engine_options)
      : c(test_case),
        options(engine_options),
        random(engine_options.random != nullptr ? *engine_options.random : secure_random()),
        expectation(test_case),
        observer(engine_options.peer, largest_message(test_case) + kSpareOctets,
                 expected_events(test_case) + kSpareEvents,
                 {expectation, pings, record, findings, close}),
        outbox(engine_options.peer == Role::kServer ? Role::kClient : Role::kServer, random, record,
               pings, close),
        opening(test_case, engine_options, random, record, findings),
        script(test_case, outbox),
        settling(outbox, pings, random) {
    seen.peer = engine_options.peer;
  }

  [[nodiscard]] bool tests_server() const { return options.peer == Role::kServer; }
  [[nodiscard]] bool by_ping() const { return options.settle == Settle::kPing; }
  [[nodiscard]] Duration give_up_after() const {
    return c.drop_tcp_after.value_or(c.close_after.value_or(kGiveUpAfter));
  }

  void enter(Phase next, Time at, Duration limit) {
    phase = next;
    phase_began = at;
    deadline = at + limit;
    settling.cancel();
    moved = true;
  }

  // --- what happens ---

  void connected(Time at) {
    now = at;
    started = at;
    hard_deadline = at + options.case_timeout;
    record.add(Kind::kConnected, at);
    outbox.set_time(at);
    if (auto reason = find_unsupported(c)) {
      seen.unsupported = *reason;
      finish();
      return;
    }
    enter(Phase::kOpening, at, options.open_timeout);
    const Duration delay = c.opening ? c.opening->delay : Duration{};
    if (tests_server()) send_head_at = at + delay;
    advance();
  }

  void received(Bytes bytes) {
    record.count_read(bytes.size());
    if (phase == Phase::kDone || phase == Phase::kIdle) return;
    settling.peer_was_heard(now);
    if (phase == Phase::kOpening) {
      if (opening.state() == TesterOpening::State::kRequest) {
        // §4.1: "the client MUST wait for a response from the server before sending any further
        // data".
        findings.add("data-before-open", "the client sent octets before its request was answered",
                     "RFC 6455 4.1", now);
        early_octets += as_text(bytes.first(std::min(bytes.size(), kTranscriptOctets)));
        return;
      }
      if (opening.push(bytes, now) == TesterOpening::State::kOpen) open_with(opening.rest());
      if (opening.state() == TesterOpening::State::kRequest) {
        send_head_at = now + (c.opening ? c.opening->delay : Duration{});
        early_octets = opening.rest();
      }
      return;
    }
    observe(bytes);
  }

  void observe(Bytes bytes) {
    observer.receive(bytes, now);
    const std::uint64_t allowed = 4 * record.octets_sent() + 2 * expected_octets(c) + kSpareOctets;
    if (observer.octets() > allowed || observer.flooded()) {
      findings.add("flood",
                   fmt::format("{} sent {} octets in {} events, far more than the case can provoke",
                               the_peer(options.peer), observer.octets(), expectation.all().size()),
                   "RFC 6455 10.7", now);
      observer.stop_reading();
      close.failed_by_tester = true;
    }
  }

  void tcp_ended(bool reset, std::string_view reason) {
    if (phase == Phase::kDone || tcp_over) return;
    tcp_over = true;
    seen.tcp_ended_by_peer = true;
    close.reset_by_peer = reset;
    record.add(reset ? Kind::kReset : Kind::kEofReceived, now, std::string(reason));
    if (close.opened) {
      observer.tcp_ended(c.close.by != CloseExpectation::By::kPeer, now);
    }
  }

  // --- the opening handshake ---

  void open_with(std::string_view rest) {
    close.opened = true;
    seen.opening = Observation::Opening::kOpen;
    round_trip = now - phase_began;
    if (opening.deflate()) {
      observer.set_deflate(*opening.deflate());
      outbox.set_deflate(*opening.deflate());
    }
    const auto& features = c.requires_features;
    if (!opening.deflate() &&
        std::find(features.begin(), features.end(), "permessage-deflate") != features.end()) {
      seen.deflate_declined = true;
      seen.unsupported =
          fmt::format("{} did not agree to permessage-deflate", the_peer(options.peer));
    }
    const std::string octets(rest);  // the observer may outlive what the opening holds
    if (seen.deflate_declined) {
      begin_closing();
    } else if (needs_sign_of_life(c) && outbox.can_ping()) {
      seen.alive_asked = true;
      enter(Phase::kAlive, now, kAliveTimeout);
      outbox.send_probe(make_probe(random));
    } else {
      begin_steps();
    }
    if (!octets.empty()) observe(as_bytes(octets));
  }

  void advance_opening() {
    if (send_head_at && now >= *send_head_at) {
      send_head_at.reset();
      send_head();
      if (phase != Phase::kOpening) return;
    }
    if (tests_server() && opening.state() == TesterOpening::State::kRefused) {
      seen.opening = Observation::Opening::kRefused;
      seen.status = opening.status();
      finish();
    } else if (opening.state() == TesterOpening::State::kNotHttp) {
      seen.opening = Observation::Opening::kNotHttp;
      finish();
    } else if (tcp_over) {
      seen.opening = Observation::Opening::kClosed;
      finish();
    } else if (now >= deadline) {
      seen.opening = Observation::Opening::kNothing;
      seen.waited = now - phase_began;
      close.open_timeout = true;
      record.add(Kind::kTimeout, now, "the opening handshake took too long");
      finish();
    } else if (tests_server() && !send_head_at && script.starts_before_answer() &&
               script.awaiting() == nullptr) {
      script.run();
    }
  }

  void send_head() {
    const Chop chop = c.opening ? c.opening->chop : Chop{};
    if (tests_server()) {
      request_head = opening.request();
      outbox.send_head(request_head, chop);
      return;
    }
    outbox.send_head(opening.answer(), chop);
    const Opening::Outcome outcome = c.opening ? c.opening->outcome : Opening::Outcome::kOpen;
    if (outcome == Opening::Outcome::kOpen && opening.status() == 101) {
      open_with(early_octets);
      return;
    }
    enter(Phase::kRefusal, now, give_up_after());
    if (by_ping()) settling.begin_cautiously(now);
  }

  /// A client shows what it makes of an answer: it uses the connection, or it ends it.
  void advance_refusal() {
    const bool used = observer.other_frames() > 0;
    const bool settled = settling.advance(now);
    if (used || settled) {
      seen.opening = Observation::Opening::kOpen;
      close.opened = true;
      if (c.opening && c.opening->outcome == Opening::Outcome::kEither) {
        begin_closing();
      } else {
        finish();
      }
    } else if (tcp_over || close.remote_close_received) {
      seen.opening = Observation::Opening::kRefused;
      finish();
    } else if (now >= deadline) {
      seen.opening = Observation::Opening::kKeptOpen;
      seen.waited = now - phase_began;
      finish();
    }
  }

  // --- the steps ---

  void advance_alive() {
    if (ended_early()) return;
    if (pings.probe_answered()) {
      seen.alive = true;
      round_trip = now - phase_began;
      begin_steps();
    } else if (now >= deadline) {
      record.add(Kind::kTimeout, now, "the ping ahead of the steps was not answered");
      begin_steps();
    }
  }

  void begin_steps() {
    enter(Phase::kSteps, now, Duration{});
    standing = false;
  }

  /// The peer has closed or ended the connection, and no step waits for that.
  bool ended_early() {
    if (observer.blind()) {
      conclude();
      return true;
    }
    if (close.remote_close_received && !script.will_await(Await::What::kClose) &&
        !script.will_await(Await::What::kEof)) {
      script.stop();
      answer_close();
      return true;
    }
    if (tcp_over && !script.will_await(Await::What::kEof)) {
      script.stop();
      conclude();
      return true;
    }
    return false;
  }

  void advance_steps() {
    if (ended_early()) return;
    if (const Wait* wait = script.waiting()) {
      advance_wait(*wait);
    } else if (const Await* await = script.awaiting()) {
      advance_await(*await);
    } else if (!script.done()) {
      script.run();
      moved = true;
    } else if (outbox.drained()) {
      steps_are_over();
    }
  }

  void stand(Duration limit) {
    standing = true;
    stand_began = now;
    deadline = now + limit;
  }

  void advance_wait(const Wait& wait) {
    if (!standing) {
      if (!outbox.drained()) return;  // a chopped send is still on its way
      stand(wait.duration);
      if (by_ping()) {
        const bool safe = must_survive(c, wait);
        if (!safe) {
          settling.begin_cautiously(now);
        } else if (outbox.can_ping()) {
          settling.begin();
        } else {
          // In the middle of a frame no ping can ask; the peer gets a moment to show a failure.
          const Time moment = std::max<Time>(kShortWait, kRoundTrips * round_trip);
          deadline = std::min(deadline, now + moment);
        }
      }
    }
    if (!settling.advance(now) && now < deadline) return;
    if (!wait.tag.empty()) {
      Event event{.kind = Event::Kind::kTimeout, .tag = wait.tag};
      expectation.add(event, false);
      record.add(Kind::kTimeout, now, wait.tag);
    }
    pass_step();
  }

  void advance_await(const Await& await) {
    if (!standing) stand(give_up_after());
    const auto came = [&]() -> bool {
      switch (await.what) {
        case Await::What::kMessage:
          return observer.messages() >= await.count;
        case Await::What::kPing:
          return observer.pings() >= await.count;
        case Await::What::kPong:
          return observer.pongs() >= await.count;
        case Await::What::kClose:
          return close.remote_close_received;
        case Await::What::kEof:
          return tcp_over;
        case Await::What::kAnswer:
          return close.opened;
      }
      return false;
    };
    if (came()) {
      pass_step();
    } else if (tcp_over) {
      conclude();
    } else if (now >= deadline) {
      seen.waited = now - stand_began;
      give_up();
    }
  }

  void pass_step() {
    settling.cancel();
    standing = false;
    moved = true;
    script.go_on();
  }

  void steps_are_over() {
    seen.steps_done = true;
    seen.close_is_stimulus = script.close_is_stimulus();
    if (outbox.ended() && !outbox.close_sent() && tcp_over) {
      conclude();
      return;
    }
    if (script.closing_begun()) {
      close.closed_by_tester = true;
      enter(Phase::kClosing, now, give_up_after());
      return;
    }
    enter(Phase::kReacting, now, give_up_after());
    if (c.close.by == CloseExpectation::By::kPeer && by_ping()) settling.begin_cautiously(now);
  }

  // --- what the peer makes of them ---

  void advance_reacting() {
    if (ended_early()) return;
    const bool settled = settling.advance(now);
    if (c.close.by == CloseExpectation::By::kPeer) {
      if (!settled && now < deadline) return;
      seen.waited = now - phase_began;
      give_up();
      return;
    }
    const bool complete = expectation.complete();
    if (settled || (by_ping() && expectation.hopeless())) {
      begin_closing();
      return;
    }
    if (by_ping() && complete && !settling.begun()) {
      if (!outbox.can_ping()) {
        begin_closing();
        return;
      }
      settling.begin();
      deadline = std::max<Time>(deadline, now + kAliveTimeout);
      settling.advance(now);
      return;
    }
    // Autobahn closes the moment that all has come, or when its wait is over.
    if (!by_ping() && complete && c.drop_tcp_after) {
      begin_closing();
      return;
    }
    if (now < deadline) return;
    seen.waited = now - phase_began;
    if (settling.asked()) {
      seen.settle_unanswered = true;
      findings.add("ping-unanswered",
                   fmt::format("{} did not answer a ping within {}", the_peer(options.peer),
                               describe_time(kAliveTimeout)),
                   "RFC 6455 5.5.2", now);
    }
    if (complete) {
      begin_closing();
    } else {
      give_up();
    }
  }

  void give_up() {
    record.add(Kind::kTimeout, now, "the time of the case is over");
    if (c.close_after && outbox.can_ping()) {
      begin_closing();
      return;
    }
    close.failed_by_tester = true;
    drop();
  }

  void begin_closing() {
    observer.end_events(expectation.complete());
    if (!outbox.can_ping()) {
      // Inside a frame of ours no Close can be sent.
      drop();
      return;
    }
    close.closed_by_tester = true;
    outbox.send_close(close_code::kNormal);
    enter(Phase::kClosing, now, kCloseTimeout);
  }

  void advance_closing() {
    if (close.remote_close_received) {
      begin_ending();
    } else if (observer.blind() || tcp_over) {
      conclude();
    } else if (now >= deadline) {
      close.close_timeout = true;
      seen.waited = now - phase_began;
      record.add(Kind::kTimeout, now, "the Close was not answered");
      drop();
    }
  }

  /// §5.5.1: the peer closed first, and "the endpoint MUST send a Close frame in response".
  void answer_close() {
    if (c.answers_close && outbox.can_ping() && !tcp_over) {
      const std::uint16_t code = close.remote_code.value_or(close_code::kNoStatus);
      const bool sendable =
          code == close_code::kNoStatus || may_send_close_code(code, options.peer == Role::kClient);
      outbox.send_close(sendable ? code : close_code::kNormal);
    }
    if (outbox.close_sent() || !c.answers_close || tcp_over) {
      begin_ending();
    } else {
      // Our last frame is not whole: nothing can follow it but the end of TCP.
      outbox.half_close();
      begin_ending();
    }
  }

  void begin_ending() {
    const CloseExpectation& wanted = c.close;
    Duration limit = wanted.peer_ends_tcp_within.value_or(kTcpEndTimeout);
    if (wanted.tester_keeps_tcp) limit = std::max(limit, *wanted.tester_keeps_tcp);
    if (wanted.peer_keeps_tcp) limit = std::max(limit, *wanted.peer_keeps_tcp);
    enter(Phase::kEnding, now, limit);
    // §7.1.1: the server ends TCP first.
    if (!tests_server() && !wanted.tester_keeps_tcp) outbox.half_close();
  }

  void advance_ending() {
    const CloseExpectation& wanted = c.close;
    if (tcp_over || observer.blind()) {
      if (wanted.peer_keeps_tcp && now < phase_began + *wanted.peer_keeps_tcp) {
        findings.add("tcp-ended-early",
                     fmt::format("{} ended TCP {} after the Close frames", the_peer(options.peer),
                                 describe_time(now - phase_began)),
                     "RFC 6455 7.1.1", now, Findings::Weight::kTolerated);
      }
      conclude();
      return;
    }
    if (now < deadline) return;
    // A client may leave the end of TCP to the server, and has, unless the case measures it.
    if (!wanted.peer_keeps_tcp && (tests_server() || wanted.peer_ends_tcp_within)) {
      close.tcp_end_timeout = true;
      close.dropped_by_tester = true;
      seen.waited = now - phase_began;
      record.add(Kind::kTimeout, now, "TCP was not ended after the Close frames");
    }
    conclude();
  }

  // --- the end ---

  void drop() {
    close.dropped_by_tester = true;
    record.add(Kind::kDropped, now);
    conclude();
  }

  /// The connection is over, one way or the other.
  void conclude() {
    close.clean = close.remote_close_received && outbox.close_sent() && !close.tcp_end_timeout &&
                  !close.close_timeout;
    if (!close.clean && close.opened) {
      close.not_clean_reason = reason_of_uncleanness();
    }
    // §7.1.1 asks for an end of TCP that loses nothing. Where octets of ours were still unread, the
    // reset is the kernel's.
    if (close.clean && close.reset_by_peer && close.closed_by_tester &&
        !outbox.sent_after_close()) {
      findings.add("tcp-reset",
                   fmt::format("{} reset TCP after the closing handshake", the_peer(options.peer)),
                   "RFC 6455 7.1.1", now, Findings::Weight::kTolerated);
    }
    finish();
  }

  [[nodiscard]] std::string reason_of_uncleanness() const {
    const std::string who = the_peer(options.peer);
    if (close.tcp_end_timeout) return who + " did not end TCP after the Close frames";
    if (close.close_timeout) return who + " did not answer the Close";
    if (!close.remote_close_received && seen.tcp_ended_by_peer) {
      return who + " ended TCP without a Close frame";
    }
    if (!close.remote_close_received) return who + " sent no Close frame";
    return "the tester could not answer the Close";
  }

  void finish() {
    if (phase == Phase::kDone) return;
    outbox.set_time(now);
    outbox.flush();
    outbox.release();
    outbox.close();
    phase = Phase::kDone;
    ended = now;
  }

  void advance() {
    outbox.set_time(now);
    bool again = true;
    while (again && phase != Phase::kDone) {
      if (now >= hard_deadline) {
        if (seen.abandoned.empty()) {
          seen.abandoned =
              fmt::format("the case took longer than {}", describe_time(options.case_timeout));
        }
        close.failed_by_tester = true;
        drop();
        return;
      }
      for (const std::string& ping : observer.take_pings()) {
        if (!tcp_over) outbox.send_pong(ping);
      }
      moved = false;
      advance_phase();
      outbox.release();
      again = moved;
    }
  }

  void advance_phase() {
    switch (phase) {
      case Phase::kOpening:
        return advance_opening();
      case Phase::kRefusal:
        return advance_refusal();
      case Phase::kAlive:
        return advance_alive();
      case Phase::kSteps:
        return advance_steps();
      case Phase::kReacting:
        return advance_reacting();
      case Phase::kClosing:
        return advance_closing();
      case Phase::kEnding:
        return advance_ending();
      case Phase::kIdle:
      case Phase::kDone:
        return;
    }
  }

  [[nodiscard]] std::optional<Time> next_deadline() const {
    if (phase == Phase::kIdle || phase == Phase::kDone) return std::nullopt;
    Time next = hard_deadline;
    if (phase != Phase::kSteps || standing) next = std::min(next, deadline);
    for (const auto& time : {send_head_at, settling.next_deadline(), outbox.next_release()}) {
      if (time) next = std::min(next, *time);
    }
    return next;
  }

  const Case& c;
  const EngineOptions& options;
  RandomSource& random;
  Record record;
  Findings findings;
  CloseObservation close;
  PingLedger pings;
  Expectation expectation;
  Observer observer;
  Outbox outbox;
  TesterOpening opening;
  Script script;
  Settling settling;
  Observation seen;

  Phase phase = Phase::kIdle;
  Time now{};
  Time started{};
  Time ended{};
  Time hard_deadline{};
  Time deadline{};
  Time phase_began{};
  Time stand_began{};
  Time round_trip{};
  std::optional<Time> send_head_at;
  std::string early_octets;  ///< of a client that did not wait for the answer
  std::string request_head;
  bool moved = false;     ///< something has changed that other rules may depend on
  bool standing = false;  ///< a wait or an await is being waited for
  bool tcp_over = false;
};

Engine::Engine(const Case& test_case, const EngineOptions& options)
    : impl_(std::make_unique<Impl>(test_case, options)) {}

Engine::~Engine() = default;

void Engine::on_connected(Time now) { impl_->connected(now); }

void Engine::on_bytes(Bytes bytes, Time now) {
  impl_->now = now;
  impl_->received(bytes);
  impl_->advance();
}

void Engine::on_eof(Time now) {
  impl_->now = now;
  impl_->tcp_ended(false, {});
  impl_->advance();
}

void Engine::on_lost(std::string_view reason, Time now) {
  impl_->now = now;
  impl_->tcp_ended(true, reason);
  impl_->advance();
}

void Engine::on_time(Time now) {
  impl_->now = now;
  impl_->advance();
}

void Engine::abandon(std::string_view reason, Time now) {
  if (impl_->phase == Impl::Phase::kDone) return;
  impl_->now = now;
  impl_->seen.abandoned = reason;
  impl_->conclude();
}

std::vector<Action> Engine::take_actions() { return impl_->outbox.take_actions(); }

std::optional<Time> Engine::next_deadline() const { return impl_->next_deadline(); }

bool Engine::done() const { return impl_->phase == Impl::Phase::kDone; }

CaseResult Engine::result() const {
  const Impl& impl = *impl_;
  Observation seen = impl.seen;
  seen.close = impl.close;
  seen.events = impl.expectation.all();
  seen.relevant = impl.expectation.relevant();
  seen.findings = impl.findings.all();
  Judgement judgement = judge(impl.c, seen);

  CaseResult result;
  result.case_id = impl.c.id;
  result.behavior = judgement.autobahn.behavior;
  result.close_behavior = judgement.autobahn.close;
  result.verdict = judgement.verdict;
  result.acceptable = std::move(judgement.acceptable);
  result.happened = std::move(judgement.happened);
  result.close_acceptable = std::move(judgement.close_acceptable);
  result.close_happened = std::move(judgement.close_happened);
  result.difference = std::move(judgement.difference);
  result.received = std::move(seen.events);
  result.findings = std::move(seen.findings);
  result.close = impl.close;
  result.started = impl.started;
  result.duration = impl.ended - impl.started;
  const bool server = impl.tests_server();
  result.request_head = server ? impl.request_head : impl.opening.head();
  result.response_head = server ? impl.opening.head() : impl.opening.answer();
  result.peer_name = impl.opening.peer_name();
  impl.record.write_to(result);
  return result;
}

}  // namespace wsproof::conformance
