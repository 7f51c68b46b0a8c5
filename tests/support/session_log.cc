// SPDX-License-Identifier: Apache-2.0
#include "tests/support/session_log.h"

#include <algorithm>
#include <utility>

#include "server/protocol/close_body.h"
#include "server/protocol/mask.h"
#include "tests/support/hex.h"

namespace wsproof::test {
namespace {

constexpr std::size_t kShownOctets = 40;

std::string show_close(Bytes payload) {
  const auto body = parse_close_body(payload);
  if (!body) return " ILLEGAL " + to_hex(payload);
  if (payload.empty()) return "";
  std::string text = " " + std::to_string(body->code);
  if (!body->reason.empty()) text += " " + show(as_bytes(body->reason));
  return text;
}

}  // namespace

std::string show(Bytes octets) {
  if (octets.size() > kShownOctets) return std::to_string(octets.size()) + " octets";
  const auto printable = [](std::uint8_t octet) { return octet >= 0x20 && octet < 0x7f; };
  if (!std::all_of(octets.begin(), octets.end(), printable)) return to_hex(octets);
  return '"' + std::string(as_text(octets)) + '"';
}

std::string SessionLog::take() { return std::exchange(events_, {}); }
std::string SessionLog::take_written() { return std::exchange(written_, {}); }

void SessionLog::note(Session& session, std::string event) {
  if (times_closed_ > 0) event = "AFTER THE END " + event;
  events_ += event + "\n";
  if (react) react(session, event);
}

void SessionLog::on_message(Session& session, MessageKind kind, MutableBytes payload) {
  last_message_at_ = payload.data();
  note(session, (kind == MessageKind::kText ? "text " : "binary ") + show(payload));
}

void SessionLog::on_ping(Session& session, Bytes payload) {
  note(session, "ping " + show(payload));
}

void SessionLog::on_pong(Session& session, Bytes payload) {
  note(session, "pong " + show(payload));
}

void SessionLog::on_shutdown(Session& session) {
  shut_down_ = true;
  note(session, "shutdown");
}

void SessionLog::on_closed(Session& session, const CloseInfo& info) {
  std::string event = "closed " + std::to_string(info.code);
  if (!info.reason.empty()) event += " " + show(as_bytes(info.reason));
  if (info.clean) event += " clean";
  if (info.error) event += ": " + std::string(wsproof::info(*info.error).name);
  note(session, std::move(event));
  ++times_closed_;
}

void SessionLog::on_write(Session& session, Bytes head, Bytes body) {
  if (shut_down_) note(session, "WRITE AFTER SHUTDOWN");
  const std::size_t before = written_.size();
  written_.append(as_text(head)).append(as_text(body));
  // The parser hands out pieces to be unmasked in place; what was written stays as it is.
  std::string copy = written_.substr(before);
  note_written(session, {reinterpret_cast<std::uint8_t*>(copy.data()), copy.size()});
}

void SessionLog::note_written(Session& session, MutableBytes bytes) {
  for (;;) {
    const FrameParser::Step step = parser_.next(bytes);
    bytes = bytes.subspan(step.consumed);
    switch (step.event) {
      case FrameParser::Event::kNeedMore:
        return;
      case FrameParser::Event::kHeader:
        payload_.clear();
        illegal_.clear();
        for (const Error error : rules_.check_all(parser_.header())) {
          illegal_ += "ILLEGAL " + std::string(info(error).name) + " ";
        }
        rules_.advance(parser_.header());
        break;
      case FrameParser::Event::kPayload:
        if (parser_.header().masking_key) {
          mask(step.payload, *parser_.header().masking_key,
               static_cast<std::size_t>(step.payload_offset));
        }
        payload_ += as_text(step.payload);
        if (step.frame_ends) note_frame(session);
        break;
    }
  }
}

void SessionLog::note_frame(Session& session) {
  const FrameHeader& header = parser_.header();
  std::string event = "send " + illegal_;
  if ((header.rsv & rsv::k1) != 0) event += "compressed ";
  event += header.opcode == opcode::kContinuation ? "..." : opcode_name(header.opcode);
  if (!header.fin) event += "+";
  event += header.opcode == opcode::kClose ? show_close(as_bytes(payload_))
                                           : " " + show(as_bytes(payload_));
  note(session, std::move(event));
}

}  // namespace wsproof::test
