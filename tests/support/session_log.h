// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "server/protocol/bytes.h"
#include "server/protocol/frame_parser.h"
#include "server/protocol/frame_rules.h"
#include "server/protocol/session.h"

namespace wsproof::test {

/// Octets as a log shows them: "in quotes" where all are printable ASCII, hexadecimal otherwise,
/// and by their number alone where there are more than 40.
[[nodiscard]] std::string show(Bytes octets);

/// Writes down all that a session tells, one line an event, to be read by a person and compared as
/// a whole:
///
///     text "Hello"            binary 00 ff            ping "abc"          pong ""
///     send text "Hello"       send pong "abc"         send close 1002     send close
///     send compressed text f2 48 cd c9 c9 07 00       send text+ "Hel"    send ... "lo"
///     shutdown                closed 1000 clean       closed 1006: reserved-bit
///
/// What is sent goes through FrameParser and FrameRules; a frame that no peer may send shows as
/// "ILLEGAL" with the error's name. Calls after on_closed show as "AFTER THE END".
class SessionLog : public SessionHandler {
 public:
  /// `sender` is the role of the session that is logged, `deflate` whether compression was agreed.
  explicit SessionLog(Role sender, bool deflate = false) : rules_(sender, deflate) {}

  /// Called after each line was added, with that line: what a handler does from within a call.
  std::function<void(Session&, std::string_view event)> react;

  /// The events since the last take(), each with its newline.
  std::string take();
  /// The octets written since the last take_written().
  std::string take_written();
  [[nodiscard]] bool is_shut_down() const { return shut_down_; }
  [[nodiscard]] std::size_t times_closed() const { return times_closed_; }
  /// Whether what was written ends between two frames.
  [[nodiscard]] bool between_frames() const { return parser_.between_frames(); }
  /// Where the octets lay that the last message was handed out in.
  [[nodiscard]] const std::uint8_t* last_message_at() const { return last_message_at_; }

  void on_message(Session& session, MessageKind kind, MutableBytes payload) override;
  void on_write(Session& session, Bytes head, Bytes body) override;
  void on_shutdown(Session& session) override;
  void on_closed(Session& session, const CloseInfo& info) override;
  void on_ping(Session& session, Bytes payload) override;
  void on_pong(Session& session, Bytes payload) override;

 private:
  void note(Session& session, std::string event);
  void note_written(Session& session, MutableBytes bytes);
  void note_frame(Session& session);

  std::string events_;
  std::string written_;
  FrameParser parser_;
  FrameRules rules_;
  std::string payload_;  // of the frame being written
  std::string illegal_;
  bool shut_down_ = false;
  std::size_t times_closed_ = 0;
  const std::uint8_t* last_message_at_ = nullptr;
};

}  // namespace wsproof::test
