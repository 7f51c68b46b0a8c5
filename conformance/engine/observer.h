// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/engine/expectation.h"
#include "conformance/engine/findings.h"
#include "conformance/engine/ping_ledger.h"
#include "conformance/engine/record.h"
#include "conformance/engine/result.h"
#include "server/protocol/deflate.h"
#include "server/protocol/extension.h"
#include "server/protocol/frame_parser.h"
#include "server/protocol/frame_rules.h"
#include "server/protocol/utf8.h"

namespace wsproof::conformance {

/// What the observer reads for and writes to; all of it outlives the observer.
struct ObserverNotes {
  Expectation& expectation;
  PingLedger& pings;
  Record& record;
  Findings& findings;
  CloseObservation& close;
};

/// Reads the frames of an open connection as leniently as it can: a rule that is broken becomes a
/// finding, and reading goes on. Keeps no more of a message than Expectation does. Sends nothing.
class Observer {
 public:
  /// `message_limit`: octets of one inflated message, `event_limit`: messages, pings and pongs,
  /// beyond which the peer is out of its mind.
  Observer(Role peer, std::uint64_t message_limit, std::size_t event_limit,
           const ObserverNotes& notes);

  /// From now on RSV1 marks compressed messages with these parameters.
  void set_deflate(const DeflateParameters& parameters);

  void receive(Bytes bytes, Time now);
  /// TCP has ended. `cut_is_fatal`: whether a frame that was cut in the middle is a failure.
  void tcp_ended(bool cut_is_fatal, Time now);

  /// The tester has begun the closing handshake of its own: what comes now is no event any more.
  /// `complete`: all that the case expects had come, so a further message is one too many.
  void end_events(bool complete);

  /// Payloads of pings that are still to be answered; each is told once.
  [[nodiscard]] std::vector<std::string> take_pings();

  [[nodiscard]] std::uint64_t octets() const { return octets_; }
  [[nodiscard]] std::uint64_t messages() const { return messages_; }
  [[nodiscard]] std::uint64_t pings() const { return ping_count_; }
  [[nodiscard]] std::uint64_t pongs() const { return pong_count_; }
  /// Frames that are not a Close: the peer takes the connection for open.
  [[nodiscard]] std::uint64_t other_frames() const { return other_frames_; }
  /// There is no way to find the next frame, or the peer sends without end: reading has stopped.
  [[nodiscard]] bool blind() const { return blind_; }
  /// The event limit has been passed.
  [[nodiscard]] bool flooded() const { return event_count_ > event_limit_; }
  void stop_reading() { blind_ = true; }
  /// Data messages that have come, whole or not.
  [[nodiscard]] const MessageTraffic& traffic() const { return traffic_; }

 private:
  void begin_frame();
  void payload_piece(MutableBytes piece, std::uint64_t offset);
  void data_piece(Bytes piece);
  void text_piece(Bytes piece);
  void inflated(Bytes piece, bool last);
  void end_frame();
  void end_message();
  void end_control();
  void on_close(std::string_view payload);
  void on_pong(const std::string& payload);
  void note(Error error, std::string sentence, Findings::Weight weight = Findings::Weight::kFatal);

  enum class Part : std::uint8_t { kNothing, kControl, kMessage };

  Role peer_;
  std::uint64_t message_limit_;
  std::size_t event_limit_;
  ObserverNotes notes_;
  FrameParser parser_;
  FrameRules rules_;
  std::optional<MessageInflater> inflater_;
  Utf8Validator utf8_;
  std::vector<std::uint8_t> scratch_;
  std::vector<std::uint8_t> inflated_;
  std::string beginning_;  ///< of the current frame's payload, for the transcript
  std::string control_;    ///< payload of the current control frame
  std::vector<std::string> pings_;
  Time now_{};
  Part part_ = Part::kNothing;
  bool text_ = false;
  bool compressed_ = false;
  bool utf8_failed_ = false;
  bool inflate_failed_ = false;
  std::uint64_t message_octets_ = 0;
  bool frame_open_ = false;
  bool events_over_ = false;
  bool superfluous_is_fatal_ = false;
  bool blind_ = false;
  std::size_t event_count_ = 0;
  std::uint64_t octets_ = 0;
  MessageTraffic traffic_;
  std::uint64_t messages_ = 0;
  std::uint64_t ping_count_ = 0;
  std::uint64_t pong_count_ = 0;
  std::uint64_t other_frames_ = 0;
};

}  // namespace wsproof::conformance
