// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/protocol/bytes.h"
#include "server/protocol/close_body.h"
#include "server/protocol/error.h"
#include "server/protocol/extension.h"
#include "server/protocol/frame_parser.h"
#include "server/protocol/frame_rules.h"
#include "server/protocol/heartbeat.h"
#include "server/protocol/limits.h"
#include "server/protocol/random.h"

namespace wsproof {

enum class MessageKind : std::uint8_t { kText, kBinary };

/// How a connection ended, told once.
struct CloseInfo {
  /// RFC 6455 7.1.5: the peer's code, 1005 without one, 1006 without Close.
  std::uint16_t code = close_code::kAbnormal;
  std::string reason;  ///< the peer's (7.1.6)
  bool clean = false;  ///< both Close frames were exchanged (7.1.4)
  /// What the peer did wrong; nothing where it did all that it had to.
  std::optional<Error> error;
};

class Compression;
class MessageAssembly;
class Session;

/// What a session tells its owner. Called from within receive(), receive_eof(), advance() and the
/// sending functions. A handler may send, close, and tell of the end of TCP from within a call; it
/// must not call receive() or destroy the session there.
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

  /// A ping, which has been answered already, or a pong. Valid during the call.
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
///
/// A server ends its half of TCP as soon as the closing handshake is done, a client waits for the
/// server to do so (RFC 6455 7.1.1). An idle session takes at most 160 octets; what a message, a
/// cut control frame, compression or closing need is allocated when it is needed.
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

  /// Sends one message, compressed where that was agreed and pays. False when not open or when a
  /// message is being sent in fragments. Text must be valid UTF-8 (asserted in debug builds).
  bool send(MessageKind kind, Bytes payload);
  /// §5.4: one fragment of a message; `first` begins it, `last` ends it. Not compressed. False when
  /// not open, or when `first` does not fit what was sent before.
  bool send_fragment(MessageKind kind, Bytes payload, bool first, bool last);
  /// Payload of at most 125 octets. False when not open or too long.
  bool ping(Bytes payload);
  bool pong(Bytes payload);
  /// Starts the closing handshake. False when not open, when the code may not be sent by this role,
  /// or when the reason is over 123 octets or not UTF-8. Code 1005 sends a Close without a body.
  bool close(std::uint16_t code, std::string_view reason, Time now);

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] Role role() const { return role_; }
  /// Whether a whole message may be sent now. The owner may then write frames of encode_message()
  /// to the peer by itself, in order with what on_write() gives it.
  [[nodiscard]] bool may_send_message() const { return state_ == State::kOpen && !sending_; }
  /// Whether messages that we send may be compressed, and with which parameters.
  [[nodiscard]] const std::optional<DeflateParameters>& deflate() const { return deflate_; }

 private:
  using ControlPayload = std::array<std::uint8_t, kMaxControlPayload>;

  // How it ends, from the moment on that it does.
  struct Ending {
    CloseInfo info;
    Time deadline;
  };

  // Receiving: session.cc. The one reads all there is to read, the other is put in its place by
  // close(). After both there is nobody left who reads.
  [[nodiscard]] MutableBytes read_messages(MutableBytes bytes, Time now);
  void await_close(MutableBytes bytes, Time now);
  /// Returns what begins with something else, or comes behind the end of kOpen.
  [[nodiscard]] MutableBytes take_small_messages(MutableBytes bytes, Time now);

  [[nodiscard]] std::optional<Error> judge_header(const FrameHeader& header);
  void take_data(const FrameParser::Step& step, Time now);
  void take_control(const FrameParser::Step& step, Time now);
  [[nodiscard]] std::optional<Bytes> whole_control(const FrameParser::Step& step);
  void unmask(const FrameParser::Step& step) const;

  // Ending: session_end.cc.
  void take_close(Bytes payload, Time now);
  void fail(Error error, Time now);
  void begin_ending(State state, Time now);
  void drain(bool shutdown, Time now);
  void end();

  // Sending: session_send.cc.
  void write_frame(const FrameHeader& frame, Bytes payload);
  void write_control(std::uint8_t opcode, Bytes payload);
  [[nodiscard]] RandomSource& random() const;
  [[nodiscard]] Compression& compression();

  const SessionOptions& options_;
  SessionHandler& handler_;
  FrameParser parser_;
  Heartbeat heartbeat_;
  std::unique_ptr<MessageAssembly> assembly_;  // of a message that has not ended
  std::unique_ptr<ControlPayload> control_;    // of a control frame that was cut
  std::unique_ptr<Compression> compression_;   // from the first compressed message on
  std::unique_ptr<Ending> ending_;             // from the end of kOpen on
  std::optional<DeflateParameters> deflate_;
  FrameRules rules_;
  Role role_;
  State state_ = State::kOpen;
  bool sending_ = false;  // a message in fragments
};

/// One message as a server sends it, in a single frame: encoded once and written to many. Only
/// where the session's may_send_message() says so. With a `compression` without context takeover it
/// is compressed where that pays, for all whose deflate() agrees to the same window without
/// takeover.
[[nodiscard]] std::string encode_message(MessageKind kind, Bytes payload,
                                         Compression* compression = nullptr);

}  // namespace wsproof
