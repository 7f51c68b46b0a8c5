// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/protocol/bytes.h"
#include "server/protocol/error.h"
#include "server/protocol/extension.h"
#include "server/protocol/frame_parser.h"
#include "server/protocol/frame_rules.h"
#include "server/protocol/limits.h"
#include "server/protocol/random.h"
#include "server/protocol/utf8.h"

namespace wsproof {

enum class MessageKind : std::uint8_t { kText, kBinary };

/// How a connection ended, told once.
struct CloseInfo {
  std::uint16_t code =
      1006;            ///< RFC 6455 7.1.5: the peer's code, 1005 without one, 1006 without Close
  std::string reason;  ///< the peer's (7.1.6)
  bool clean = false;  ///< both Close frames were exchanged (7.1.4)
  std::optional<Error> error;  ///< what the peer did wrong, where this end failed the connection
};

class Session;

/// What a session tells its owner. Called from within receive(), receive_eof(), advance() and the
/// sending functions. A handler may send and close from within a call; it must not destroy the
/// session there.
class SessionHandler {
 public:
  virtual ~SessionHandler() = default;

  /// A whole message, valid UTF-8 where it is text. The octets may lie in the buffer that was
  /// passed to receive(); they are valid, and may be changed, until this call returns.
  virtual void on_message(Session& session, MessageKind kind, MutableBytes payload) = 0;

  /// Octets to write, in order: `head` then `body` (either may be empty). They are valid only
  /// during the call: write them or copy them.
  virtual void on_write(Session& session, Bytes head, Bytes body) = 0;

  /// Nothing more will be written: send FIN once everything has left, and keep reading.
  virtual void on_shutdown(Session& session) = 0;

  /// The connection is over: told once, the last call. Close the transport; the session may be
  /// destroyed once the call that led here has returned.
  virtual void on_closed(Session& session, const CloseInfo& info) = 0;

  virtual void on_ping(Session&, Bytes /*payload*/) {}
  virtual void on_pong(Session&, Bytes /*payload*/) {}
};

/// What all sessions of one endpoint share; outlives them.
struct SessionOptions {
  Limits limits;
  DeflateOptions deflate;
  RandomSource* random = nullptr;  ///< null: secure_random()
};

/// One open WebSocket connection of either role, without I/O and without a clock: frames become
/// messages, pings are answered, the closing handshake is kept, limits and deadlines hold.
///
/// Life: kOpen; kClosing after our Close has left (data that still arrives is read and dropped);
/// kDraining when nothing more will be sent (after both Close frames, or after a failure; input is
/// discarded unread until the peer ends TCP or the deadline passes); kClosed.
class Session {
 public:
  enum class State : std::uint8_t { kOpen, kClosing, kDraining, kClosed };

  /// `role` is this end's. `options` and `handler` outlive the session.
  Session(Role role, const SessionOptions& options, SessionHandler& handler,
          const std::optional<DeflateParameters>& deflate, Time now);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Takes octets from the peer; unmasks them in place.
  void receive(MutableBytes bytes, Time now);
  /// The peer has ended its half of TCP, or TCP was lost.
  void receive_eof(Time now);
  /// Lets deadlines pass: heartbeat, pong, closing. Call at next_deadline() or later.
  void advance(Time now);
  /// When advance() is next of use; nothing: never.
  [[nodiscard]] std::optional<Time> next_deadline() const;

  /// Sends one message, compressed where that was agreed and pays. False when not open. Text must
  /// be valid UTF-8 (asserted in debug builds).
  bool send(MessageKind kind, Bytes payload);
  /// §5.4: one fragment of a message; `first` begins it, `last` ends it. Not compressed.
  bool send_fragment(MessageKind kind, Bytes payload, bool first, bool last);
  /// Payload of at most 125 octets. False when not open or too long.
  bool ping(Bytes payload, Time now);
  bool pong(Bytes payload);
  /// Starts the closing handshake. False when not open, when the code may not be sent by this role,
  /// or when the reason is over 123 octets or not UTF-8. Code 1005 sends a Close without a body.
  bool close(std::uint16_t code, std::string_view reason, Time now);

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] Role role() const { return role_; }
  /// Whether messages that we send may be compressed, and with which parameters.
  [[nodiscard]] const std::optional<DeflateParameters>& deflate() const { return deflate_; }

 private:
  // The owner of this file shapes the private part.
  State state_ = State::kOpen;
  Role role_;
  std::optional<DeflateParameters> deflate_;
};

}  // namespace wsproof
