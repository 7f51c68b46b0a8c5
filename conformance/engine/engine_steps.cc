// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "conformance/engine/engine_impl.h"
#include "conformance/engine/wording.h"

namespace wsproof::conformance {
namespace {

using Kind = TranscriptEntry::Kind;

// A wait that a living peer passes, where no ping can be sent: long enough for a peer that fails to
// be seen doing it.
constexpr std::chrono::milliseconds kShortWait{100};
constexpr int kRoundTrips = 10;
// A case that gives the peer so long to answer does not mean to wait for anything else.
constexpr std::chrono::seconds kPatience{10};

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

void Engine::Impl::advance_alive() {
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

void Engine::Impl::begin_steps() {
  enter(Phase::kSteps, now, Duration{});
  standing = false;
}

bool Engine::Impl::ended_early() {
  if (observer.blind()) {
    conclude();
    return true;
  }
  if (close.remote_close_received && !script.minds(Await::What::kClose) &&
      !script.minds(Await::What::kEof)) {
    script.stop();
    answer_close();
    return true;
  }
  if (tcp_over && !script.minds(Await::What::kEof)) {
    script.stop();
    conclude();
    return true;
  }
  return false;
}

void Engine::Impl::advance_steps() {
  if (ended_early()) return;
  if (const Wait* wait = script.waiting()) {
    advance_wait(*wait);
  } else if (const Await* await = script.awaiting()) {
    advance_await(*await);
  } else if (const Exchange* exchange = script.exchanging()) {
    advance_exchange(*exchange);
  } else if (!script.done()) {
    script.run();
    moved = true;
  } else if (outbox.drained()) {
    steps_are_over();
  }
}

void Engine::Impl::stand(Duration limit) {
  standing = true;
  stand_began = now;
  deadline = now + limit;
}

void Engine::Impl::advance_wait(const Wait& wait) {
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
    Event event;
    event.kind = Event::Kind::kTimeout;
    event.tag = wait.tag;
    expectation.add(event, false);
    record.add(Kind::kTimeout, now, wait.tag);
  }
  pass_step();
}

void Engine::Impl::advance_await(const Await& await) {
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

void Engine::Impl::pass_step() {
  settling.cancel();
  standing = false;
  moved = true;
  script.go_on();
}

void Engine::Impl::steps_are_over() {
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

void Engine::Impl::advance_reacting() {
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
  if (!by_ping() && complete && (c.drop_tcp_after || give_up_after() >= kPatience)) {
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

void Engine::Impl::give_up() {
  record.add(Kind::kTimeout, now, "the time of the case is over");
  if (c.close_after && outbox.can_ping()) {
    begin_closing();
    return;
  }
  close.failed_by_tester = true;
  drop();
}

}  // namespace wsproof::conformance
