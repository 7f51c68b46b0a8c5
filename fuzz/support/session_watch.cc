// SPDX-License-Identifier: Apache-2.0
#include "fuzz/support/session_watch.h"

#include <utility>

#include "fuzz/support/check.h"
#include "fuzz/support/naive_utf8.h"
#include "server/protocol/close_body.h"
#include "server/protocol/close_code.h"
#include "server/protocol/error.h"
#include "server/protocol/mask.h"

namespace wsproof::fuzz {

std::vector<std::uint8_t> SessionWatch::take_written() { return std::exchange(written_, {}); }

void SessionWatch::note(Session& session) {
  check(!closed_, "nothing is told after the end");
  ++events_;
  react(session);
}

void SessionWatch::on_message(Session& session, MessageKind kind, MutableBytes payload) {
  check(session.state() == Session::State::kOpen, "messages come while the session is open");
  check(payload.size() <= limits_.message_payload, "a message keeps to its limit");
  if (kind == MessageKind::kText) {
    check(!find_invalid_utf8_naively(payload), "text that is handed out is UTF-8");
  }
  messages_.push_back({kind, {payload.begin(), payload.end()}});
  note(session);
  // They may be changed until this call returns.
  for (std::uint8_t& octet : payload) octet ^= 0xFFU;
}

void SessionWatch::on_write(Session& session, Bytes head, Bytes body) {
  check(!shut_down_, "nothing is written behind the FIN");
  for (const Bytes part : {head, body}) {
    written_.insert(written_.end(), part.begin(), part.end());
    watch(part);
  }
  note(session);
}

void SessionWatch::watch(Bytes written) {
  std::vector<std::uint8_t> copy(written.begin(), written.end());
  MutableBytes rest = copy;
  for (;;) {
    const FrameParser::Step step = parser_.next(rest);
    rest = rest.subspan(step.consumed);
    const FrameHeader& header = parser_.header();
    if (step.event == FrameParser::Event::kNeedMore) return;
    if (step.event == FrameParser::Event::kHeader) {
      check(!close_sent_, "no frame is sent behind a Close");
      check(!rules_.check(header), "a frame that is sent obeys the rules");
      rules_.advance(header);
      payload_.clear();
      continue;
    }
    if (header.masking_key) mask(step.payload, *header.masking_key, step.payload_offset % 4);
    payload_.insert(payload_.end(), step.payload.begin(), step.payload.end());
    if (step.frame_ends) watch_frame();
  }
}

void SessionWatch::watch_frame() {
  if (parser_.header().opcode != opcode::kClose) return;
  close_sent_ = true;
  const auto body = parse_close_body(payload_);
  check(body.has_value(), "the body of a Close that is sent is legal");
  // A code that came is sent back as it is, and 1010 may come from a server.
  check(body->code == close_code::kNoStatus || may_receive_close_code(body->code),
        "a code that is sent may be sent");
}

void SessionWatch::on_shutdown(Session& session) {
  check(!shut_down_, "the end of sending is told once");
  check(parser_.between_frames(), "sending ends between two frames");
  check(session.role() == role_, "the session has the role that it was given");
  shut_down_ = true;
  note(session);
}

void SessionWatch::on_closed(Session& session, const CloseInfo& info) {
  check(session.state() == Session::State::kClosed, "the end is told at the end");
  note(session);
  closed_ = true;
  info_ = info;
  check(!info.clean || close_sent_, "a clean end has two Close frames");
  check(info.clean == (info.code != close_code::kAbnormal), "1006 stands for a missing Close");
  check(!find_invalid_utf8_naively(as_bytes(info.reason)), "a reason is UTF-8");
  check(!close_code_name(info.code).empty(), "a code has a name");
  check(!info.error || error_by_name(wsproof::info(*info.error).name) == info.error,
        "an error can be found by its name");
}

void SessionWatch::on_ping(Session& session, Bytes payload) {
  check(payload.size() <= kMaxControlPayload, "a ping is short");
  note(session);
}

void SessionWatch::on_pong(Session& session, Bytes payload) {
  check(payload.size() <= kMaxControlPayload, "a pong is short");
  note(session);
}

}  // namespace wsproof::fuzz
