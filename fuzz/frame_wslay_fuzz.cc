// SPDX-License-Identifier: Apache-2.0
// A server's session beside wslay's: the same messages from the same octets, and an end in the same
// way. Data: a client's stream.
#include <sys/types.h>
#include <wslay/wslay.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "fuzz/support/check.h"
#include "fuzz/support/input.h"
#include "fuzz/support/server_outcome.h"
#include "fuzz/support/target.h"
#include "server/protocol/close_code.h"

namespace wsproof::fuzz {
namespace {

using End = ServerOutcome::End;

struct Wslay {
  Bytes rest;
  ServerOutcome outcome;
};

ssize_t receive(wslay_event_context_ptr context, std::uint8_t* to, std::size_t size, int /*flags*/,
                void* user) {
  auto& wslay = *static_cast<Wslay*>(user);
  if (wslay.rest.empty()) {
    wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK);
    return -1;
  }
  const std::size_t taken = std::min(size, wslay.rest.size());
  std::copy_n(wslay.rest.begin(), taken, to);
  wslay.rest = wslay.rest.subspan(taken);
  return static_cast<ssize_t>(taken);
}

void take_message(wslay_event_context_ptr /*context*/, const wslay_event_on_msg_recv_arg* message,
                  void* user) {
  if (wslay_is_ctrl_frame(message->opcode) != 0) return;
  auto& outcome = static_cast<Wslay*>(user)->outcome;
  const MessageKind kind =
      message->opcode == WSLAY_TEXT_FRAME ? MessageKind::kText : MessageKind::kBinary;
  const Bytes payload(message->msg, message->msg_length);
  outcome.messages.push_back({kind, {payload.begin(), payload.end()}});
}

ServerOutcome serve_with_wslay(Bytes stream) {
  Wslay wslay{stream, {}};
  wslay_event_callbacks callbacks{};
  callbacks.recv_callback = receive;
  callbacks.on_msg_recv_callback = take_message;
  wslay_event_context_ptr context = nullptr;
  check(wslay_event_context_server_init(&context, &callbacks, &wslay) == 0, "wslay is there");
  wslay_event_config_set_max_recv_msg_length(context, kPeerMessageLimit);
  const int result = wslay_event_recv(context);
  if (wslay_event_get_close_received(context) != 0) {
    wslay.outcome.end = End::kClosed;
    wslay.outcome.code = wslay_event_get_status_code_received(context);
  } else if (result != 0 || wslay_event_get_read_enabled(context) == 0) {
    wslay.outcome.end = End::kFailed;
  }
  wslay_event_context_free(context);
  return wslay.outcome;
}

}  // namespace

void run(Bytes octets) {
  const Input input(octets);
  const ServerOutcome ours = serve(input);
  ServerOutcome theirs = serve_with_wslay(input.data());
  // wslay takes a body of one octet for none.
  if (ours.error == Error::kCloseBodyOneOctet && theirs.code == close_code::kNoStatus) {
    theirs.end = End::kFailed;
  }
  check_alike(ours, theirs, input);
}

}  // namespace wsproof::fuzz
