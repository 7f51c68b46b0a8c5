// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "conformance/engine/engine_impl.h"
#include "conformance/engine/wording.h"

namespace wsproof::conformance {
namespace {

using Kind = TranscriptEntry::Kind;

/// Where nothing that the peer does to the steps shows that it lives: it is to say nothing, or to
/// fail the connection, and a peer that is gone does both.
bool needs_sign_of_life(const Case& test_case) {
  return test_case.close.by == CloseExpectation::By::kPeer ||
         std::any_of(test_case.expect.begin(), test_case.expect.end(),
                     [](const Alternative& alternative) { return alternative.events.empty(); });
}

}  // namespace

void Engine::Impl::open_with(std::string_view rest) {
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

void Engine::Impl::advance_opening() {
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

void Engine::Impl::send_head() {
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

void Engine::Impl::advance_refusal() {
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

}  // namespace wsproof::conformance
