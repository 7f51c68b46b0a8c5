// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/catalogue/case.h"
#include "conformance/engine/engine.h"
#include "conformance/engine/message_series.h"
#include "conformance/engine/ping_ledger.h"
#include "conformance/engine/record.h"
#include "conformance/engine/result.h"
#include "server/protocol/deflate.h"
#include "server/protocol/extension.h"
#include "server/protocol/frame_parser.h"
#include "server/protocol/random.h"

namespace wsproof::conformance {

/// What the tester sends: turns steps into octets, octets into TCP writes, and writes all of it
/// down. Knows at any time whether the next octet would begin a frame.
class Outbox {
 public:
  /// `tester`: the role of our end; a client masks. All references outlive the outbox.
  Outbox(Role tester, RandomSource& random, Record& record, PingLedger& pings,
         CloseObservation& close);

  void set_time(Time now) { now_ = now; }
  /// Sends with `compressed` use these; without an agreement, the parameters by default.
  void set_deflate(const DeflateParameters& parameters);
  [[nodiscard]] const Compression& compression() const { return compression_; }
  /// Something else than this outbox has compressed: matches must not reach back beyond now.
  void forget_context();

  // What the case sends.
  void send(const SendFrame& step);
  void send(const SendFramePayload& step);
  void send(const SendMessage& step);
  void send(const SendOctets& step);
  /// The next message of an exchange; `on_wire` is what it becomes if it is compressed, else the
  /// same.
  void send(const Exchange& step, std::string_view message, std::string_view on_wire);
  void send_head(std::string head, const Chop& chop);

  // What the engine sends of its own accord, each in one write.
  void send_probe(const std::string& payload);
  void send_pong(const std::string& payload);
  /// Code 1005: no body.
  void send_close(std::uint16_t code);

  /// Ends the write that is being gathered.
  void flush();
  void half_close();
  void reset();
  void close();

  /// Moves what is due into the actions: a chopped send may pause between its writes.
  void release();
  [[nodiscard]] std::optional<Time> next_release() const;
  [[nodiscard]] bool drained() const { return queue_.empty() && gathered_.empty(); }
  [[nodiscard]] std::vector<Action> take_actions();

  /// Whether a control frame may be sent now: TCP is ours, no Close has been sent, and the octets
  /// so far end between two frames.
  [[nodiscard]] bool can_ping() const;
  [[nodiscard]] bool between_frames() const { return position_.between_frames(); }
  [[nodiscard]] bool close_sent() const { return close_sent_; }
  [[nodiscard]] bool ended() const { return ended_; }
  /// Data messages that were sent, legal or not.
  [[nodiscard]] const MessageTraffic& traffic() const { return traffic_; }
  /// Octets sent behind our own Close frame.
  [[nodiscard]] bool sent_after_close() const { return sent_after_close_; }

 private:
  struct Queued {
    Action action;
    Duration pause{};  ///< after the one before it
  };
  [[nodiscard]] std::optional<MaskingKey> fresh_key();
  /// A message in fragments; `octets` is its size before compression.
  void put_message(bool binary, bool compressed, std::uint64_t octets, std::string_view payload,
                   std::uint64_t fragment_size, const Chop& chop);
  void put_frame(const FrameHeader& header, std::string payload, const Chop& chop);
  void put(std::string octets, const Chop& chop);
  void note_frame(const FrameHeader& header, std::string_view payload);
  std::string deflate(const std::string& payload, bool last);

  Role tester_;
  RandomSource& random_;
  Record& record_;
  PingLedger& pings_;
  CloseObservation& close_;
  Compression compression_;
  std::optional<MessageDeflater> deflater_;
  MessageTraffic traffic_;
  FrameParser position_;
  Time now_{};
  std::string gathered_;
  std::deque<Queued> queue_;
  std::vector<Action> actions_;
  Time released_{};
  std::optional<MaskingKey> open_key_;  ///< of the frame whose header was sent alone
  std::uint64_t open_offset_ = 0;
  bool close_sent_ = false;
  bool sent_after_close_ = false;
  bool ended_ = false;
};

}  // namespace wsproof::conformance
