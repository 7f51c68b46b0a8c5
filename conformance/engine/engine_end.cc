// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "conformance/engine/engine_impl.h"
#include "conformance/engine/wording.h"
#include "server/protocol/close_code.h"

namespace wsproof::conformance {
namespace {

using Kind = TranscriptEntry::Kind;

}  // namespace

Duration Engine::Impl::close_timeout() const { return std::max(options.close_timeout, patience()); }

void Engine::Impl::begin_closing() {
  observer.end_events(expectation.complete());
  if (!outbox.can_ping()) {
    // Inside a frame of ours no Close can be sent.
    drop();
    return;
  }
  close.closed_by_tester = true;
  outbox.send_close(close_code::kNormal);
  enter(Phase::kClosing, now, close_timeout());
}

void Engine::Impl::advance_closing() {
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

void Engine::Impl::answer_close() {
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

void Engine::Impl::begin_ending() {
  const CloseExpectation& wanted = c.close;
  Duration limit = wanted.peer_ends_tcp_within.value_or(close_timeout());
  if (wanted.tester_keeps_tcp) limit = std::max(limit, *wanted.tester_keeps_tcp);
  if (wanted.peer_keeps_tcp) limit = std::max(limit, *wanted.peer_keeps_tcp);
  enter(Phase::kEnding, now, limit);
  // §7.1.1: the server ends TCP first.
  if (!tests_server() && !wanted.tester_keeps_tcp) outbox.half_close();
}

void Engine::Impl::advance_ending() {
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

void Engine::Impl::drop() {
  close.dropped_by_tester = true;
  record.add(Kind::kDropped, now);
  conclude();
}

void Engine::Impl::conclude() {
  close.clean = close.remote_close_received && outbox.close_sent() && !close.tcp_end_timeout &&
                !close.close_timeout;
  if (!close.clean && close.opened) {
    close.not_clean_reason = reason_of_uncleanness();
  }
  // §7.1.1 asks for an end of TCP that loses nothing. Where octets of ours were still unread, the
  // reset is the kernel's.
  if (close.clean && close.reset_by_peer && close.closed_by_tester && !outbox.sent_after_close()) {
    findings.add("tcp-reset",
                 fmt::format("{} reset TCP after the closing handshake", the_peer(options.peer)),
                 "RFC 6455 7.1.1", now, Findings::Weight::kTolerated);
  }
  finish();
}

std::string Engine::Impl::reason_of_uncleanness() const {
  const std::string who = the_peer(options.peer);
  if (close.tcp_end_timeout) return who + " did not end TCP after the Close frames";
  if (close.close_timeout) return who + " did not answer the Close";
  if (!close.remote_close_received && seen.tcp_ended_by_peer) {
    return who + " ended TCP without a Close frame";
  }
  if (!close.remote_close_received) return who + " sent no Close frame";
  return "the tester could not answer the Close";
}

void Engine::Impl::finish() {
  if (phase == Phase::kDone) return;
  outbox.flush();
  outbox.release();
  outbox.close();
  phase = Phase::kDone;
  ended = now;
}

}  // namespace wsproof::conformance
