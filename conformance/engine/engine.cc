// SPDX-License-Identifier: Apache-2.0
#include "conformance/engine/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "conformance/engine/engine_impl.h"
#include "conformance/engine/verdict.h"
#include "conformance/engine/wording.h"

namespace wsproof::conformance {
namespace {

using Kind = TranscriptEntry::Kind;

// A case without a time of its own.
constexpr std::chrono::milliseconds kGiveUpAfter{1'000};
// So many round trips a busy peer is given, where that is more than the case's own time, up to a
// limit that lets all cases end in bearable time.
constexpr int kRoundTrips = 10;
constexpr std::chrono::milliseconds kMostPatience{4'000};
// What a peer may send beyond four times what it was sent and twice all that is expected of it.
constexpr std::uint64_t kSpareOctets = 1024 * 1024;
constexpr std::size_t kSpareEvents = 1000;

std::uint64_t largest_message(const Case& test_case) {
  std::uint64_t size = 0;
  for (const Step& step : test_case.steps) {
    const auto* exchange = std::get_if<Exchange>(&step);
    if (exchange != nullptr) size = std::max(size, exchange->message_size());
  }
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
  for (const Step& step : test_case.steps) {
    const auto* exchange = std::get_if<Exchange>(&step);
    if (exchange != nullptr) most += exchange->count;
  }
  return most;
}

}  // namespace

Engine::Impl::Impl(const Case& test_case, const EngineOptions& engine_options)
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

Duration Engine::Impl::patience() const {
  if (!by_ping()) return Duration::zero();
  return std::chrono::duration_cast<Duration>(
      std::min<Time>(kRoundTrips * round_trip, kMostPatience));
}

Duration Engine::Impl::give_up_after() const {
  const Duration limit = c.drop_tcp_after.value_or(c.close_after.value_or(kGiveUpAfter));
  return std::max(limit, patience());
}

Time Engine::Impl::last_moment() const {
  if (give_up_after() <= options.case_timeout) return hard_deadline;
  return std::min<Time>(hard_deadline + give_up_after(), last_heard + options.case_timeout);
}

void Engine::Impl::enter(Phase next, Time at, Duration limit) {
  phase = next;
  phase_began = at;
  deadline = at + limit;
  settling.cancel();
  moved = true;
}

void Engine::Impl::set_time(Time at) {
  now = at;
  outbox.set_time(at);
}

void Engine::Impl::connected(Time at) {
  set_time(at);
  started = at;
  last_heard = at;
  hard_deadline = at + options.case_timeout;
  record.add(Kind::kConnected, at);
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

void Engine::Impl::received(Bytes bytes) {
  record.count_read(bytes.size());
  if (phase == Phase::kDone || phase == Phase::kIdle) return;
  last_heard = now;
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

void Engine::Impl::observe(Bytes bytes) {
  observer.receive(bytes, now);
  const std::uint64_t sent = std::max(record.octets_sent(), outbox.traffic().octets);
  const std::uint64_t allowed = 4 * sent + 2 * expected_octets(c) + kSpareOctets;
  if (observer.octets() > allowed || observer.flooded()) {
    findings.add("flood",
                 fmt::format("{} sent {} octets in {} events, far more than the case can provoke",
                             the_peer(options.peer), observer.octets(), expectation.all().size()),
                 "RFC 6455 10.7", now);
    observer.stop_reading();
    close.failed_by_tester = true;
  }
}

void Engine::Impl::tcp_ended(bool reset, std::string_view reason) {
  if (phase == Phase::kDone || tcp_over) return;
  tcp_over = true;
  seen.tcp_ended_by_peer = true;
  close.reset_by_peer = reset;
  record.add(reset ? Kind::kResetReceived : Kind::kEofReceived, now, std::string(reason));
  if (close.opened) {
    observer.tcp_ended(c.close.by != CloseExpectation::By::kPeer, now);
  }
}

void Engine::Impl::advance() {
  bool again = true;
  while (again && phase != Phase::kDone) {
    if (now >= last_moment()) {
      if (seen.abandoned.empty()) {
        const bool silent =
            give_up_after() > options.case_timeout && now >= last_heard + options.case_timeout;
        seen.abandoned = silent ? fmt::format("nothing came from {} for {}", the_peer(options.peer),
                                              describe_time(options.case_timeout))
                                : fmt::format("the case took longer than {}",
                                              describe_time(last_moment() - started));
      }
      close.failed_by_tester = true;
      drop();
      return;
    }
    for (const std::string& ping : observer.take_pings()) {
      if (!tcp_over) outbox.send_pong(ping);
    }
    moved = false;
    watch_round_trip();
    advance_phase();
    watch_round_trip();
    outbox.release();
    again = moved;
  }
}

// A peer may get busy in the middle of a case: the slowest answer counts.
void Engine::Impl::watch_round_trip() {
  if (pings.probe_outstanding()) {
    if (!probe_since) probe_since = now;
  } else if (probe_since) {
    round_trip = std::max(round_trip, now - *probe_since);
    probe_since.reset();
  }
}

void Engine::Impl::advance_phase() {
  // Also where the pong comes after the wait for it: then the peer was slow, and there.
  if (pings.any_probe_answered()) seen.alive = true;
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

std::optional<Time> Engine::Impl::next_deadline() const {
  if (phase == Phase::kIdle || phase == Phase::kDone) return std::nullopt;
  Time next = last_moment();
  if (phase != Phase::kSteps || standing) next = std::min(next, deadline);
  for (const auto& time : {send_head_at, settling.next_deadline(), outbox.next_release()}) {
    if (time) next = std::min(next, *time);
  }
  return next;
}

Engine::Engine(const Case& test_case, const EngineOptions& options)
    : impl_(std::make_unique<Impl>(test_case, options)) {}

Engine::~Engine() = default;

void Engine::on_connected(Time now) { impl_->connected(now); }

void Engine::on_bytes(Bytes bytes, Time now) {
  impl_->set_time(now);
  impl_->received(bytes);
  impl_->advance();
}

void Engine::on_eof(Time now) {
  impl_->set_time(now);
  impl_->tcp_ended(false, {});
  impl_->advance();
}

void Engine::on_lost(std::string_view reason, Time now) {
  impl_->set_time(now);
  impl_->tcp_ended(true, reason);
  impl_->advance();
}

void Engine::on_time(Time now) {
  impl_->set_time(now);
  impl_->advance();
}

void Engine::abandon(std::string_view reason, Time now) {
  if (impl_->phase == Impl::Phase::kDone) return;
  impl_->set_time(now);
  impl_->seen.abandoned = reason;
  impl_->conclude();
}

std::vector<Action> Engine::take_actions() { return impl_->outbox.take_actions(); }

std::uint64_t Engine::application_octets_sent() const { return impl_->outbox.traffic().octets; }

std::optional<Time> Engine::next_deadline() const { return impl_->next_deadline(); }

bool Engine::done() const { return impl_->phase == Impl::Phase::kDone; }

CaseResult Engine::result() const {
  const Impl& impl = *impl_;
  Observation seen = impl.seen;
  seen.close = impl.close;
  seen.events = impl.expectation.all();
  seen.relevant = impl.expectation.relevant();
  seen.findings = impl.findings.all();
  seen.exchange = impl.account_of_exchange();
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
  result.deflate_agreed = impl.opening.deflate().has_value() && impl.close.opened;
  result.traffic_sent = impl.outbox.traffic();
  result.traffic_received = impl.observer.traffic();
  impl.record.write_to(result);
  return result;
}

}  // namespace wsproof::conformance
