// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "server/protocol/frame_parser.h"
#include "server/protocol/frame_rules.h"
#include "server/protocol/session.h"

namespace wsproof::fuzz {

/// A session's handler that holds the session to what it promises: what it sends parses and obeys
/// the rules, nothing follows a Close frame, codes may be sent, text is UTF-8, messages keep to the
/// limit, and the end is told once and last.
class SessionWatch : public SessionHandler {
 public:
  struct Message {
    MessageKind kind;
    std::vector<std::uint8_t> payload;
    bool operator==(const Message&) const = default;
  };

  /// Of the session that is watched. The limits outlive this object.
  SessionWatch(Role role, bool deflate, const Limits& limits)
      : limits_(limits), rules_(role, deflate), role_(role) {}

  /// Called from within the session's calls: what an owner does in answer.
  std::function<void(Session&)> react = [](Session&) {};

  [[nodiscard]] std::vector<std::uint8_t> take_written();
  [[nodiscard]] const std::vector<Message>& messages() const { return messages_; }
  [[nodiscard]] bool shut_down() const { return shut_down_; }
  [[nodiscard]] bool closed() const { return closed_; }
  [[nodiscard]] const CloseInfo& close_info() const { return info_; }
  [[nodiscard]] bool between_frames() const { return parser_.between_frames(); }
  /// Frames sent, pings and pongs that were told of, messages: all that came of the input.
  [[nodiscard]] std::size_t events() const { return events_; }

  void on_message(Session& session, MessageKind kind, MutableBytes payload) override;
  void on_write(Session& session, Bytes head, Bytes body) override;
  void on_shutdown(Session& session) override;
  void on_closed(Session& session, const CloseInfo& info) override;
  void on_ping(Session& session, Bytes payload) override;
  void on_pong(Session& session, Bytes payload) override;

 private:
  void note(Session& session);
  void watch(Bytes written);
  void watch_frame();

  const Limits& limits_;
  FrameParser parser_;
  FrameRules rules_;
  Role role_;
  std::vector<std::uint8_t> written_;
  std::vector<std::uint8_t> payload_;  // of the frame that is being sent
  std::vector<Message> messages_;
  CloseInfo info_;
  std::size_t events_ = 0;
  bool close_sent_ = false;
  bool shut_down_ = false;
  bool closed_ = false;
};

}  // namespace wsproof::fuzz
