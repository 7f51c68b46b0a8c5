// SPDX-License-Identifier: Apache-2.0
// How a session ends: the closing handshake from either side, failures, the end of TCP.
#include <utility>

#include "server/protocol/close_body.h"
#include "server/protocol/close_code.h"
#include "server/protocol/compression.h"
#include "server/protocol/frame.h"
#include "server/protocol/message_assembly.h"
#include "server/protocol/session.h"
#include "server/protocol/utf8.h"

namespace wsproof {

// In each of these the state changes first and the handler is told then: what it does from within
// the call meets a session that has moved on, and the end may have been told when the call returns.

bool Session::close(std::uint16_t code, std::string_view reason, Time now) {
  if (state_ != State::kOpen) return false;
  const bool without_body = code == close_code::kNoStatus && reason.empty();
  if (!without_body && !may_send_close_code(code, role_ == Role::kServer)) return false;
  if (reason.size() > kMaxCloseReason || find_invalid_utf8(as_bytes(reason))) return false;

  begin_ending(State::kClosing, now);
  ControlPayload body;
  write_control(opcode::kClose, encode_close_body({code, reason}, body));
  return true;
}

void Session::take_close(Bytes payload, Time now) {
  const auto body = parse_close_body(payload);
  if (!body) return fail(body.error(), now);

  const bool answer = state_ == State::kOpen;
  begin_ending(State::kDraining, now);
  // §7.1.4 to 7.1.6. The reason is copied here, as what it lies in goes with the frame.
  ending_->info = {body->code, std::string(body->reason), true, std::nullopt};
  if (answer) {
    // §5.5.1: "the endpoint typically echos the status code it received".
    ControlPayload echo;
    write_control(opcode::kClose, encode_close_body({body->code, {}}, echo));
  }
  // §7.1.1: "the server MUST close the TCP connection first"; a client waits for it to do so.
  if (role_ == Role::kServer && state_ == State::kDraining) handler_.on_shutdown(*this);
}

void Session::fail(Error error, Time now) {
  const bool announce = state_ == State::kOpen && info(error).close_code != 0;
  begin_ending(State::kDraining, now);
  ending_->info.error = error;
  if (announce) {
    // §7.1.7: "the endpoint SHOULD send a Close frame with an appropriate status code".
    ControlPayload body;
    write_control(opcode::kClose, encode_close_body({info(error).close_code, {}}, body));
  }
  if (state_ == State::kDraining) handler_.on_shutdown(*this);
}

void Session::receive_eof(Time now) {
  if (state_ == State::kClosed) return;
  if (state_ != State::kDraining) {
    begin_ending(State::kDraining, now);
    // §7.1.5: without a Close frame the code is 1006.
    ending_->info.error = Error::kClosedWithoutClose;
  }
  end();
}

void Session::begin_ending(State state, Time now) {
  // First what memory may lack: without it the session stays as it was, and can be ended later.
  if (!ending_) ending_ = std::make_unique<Ending>();
  state_ = state;
  // Again for each step: so long for the peer's Close, and so long for the end of TCP.
  ending_->deadline = now + options_.limits.close_timeout;
  // No message is taken or sent any more, so that what they needed can go.
  assembly_.reset();
  compression_.reset();
}

void Session::end() {
  state_ = State::kClosed;
  handler_.on_closed(*this, ending_->info);
}

}  // namespace wsproof
