// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/peers/faulty/deflate.h"
#include "tests/peers/faulty/faults.h"
#include "tests/peers/faulty/frames.h"
#include "tests/peers/faulty/messages.h"
#include "tests/peers/faulty/outgoing.h"

namespace wsproof::faulty {

struct EndpointOptions {
  Role role = Role::kServer;
  Faults faults;
  std::string host = "localhost";  ///< for a client's request
  std::string target = "/";
};

/// One connection that echoes messages. No sockets and no clock: octets, time and the end of TCP
/// in; octets, a deadline and an end of TCP out.
class Endpoint : private FrameSink {
 public:
  explicit Endpoint(EndpointOptions options);

  void connected(Time now);
  void receive(std::string_view octets, Time now);
  void receive_eof(Time now);
  void advance(Time now) { out_.set_time(now); }

  [[nodiscard]] std::optional<Time> next_deadline() const { return out_.next_deadline(); }
  [[nodiscard]] std::string take_output() { return out_.take(); }
  [[nodiscard]] End end() const { return out_.ended(); }

 private:
  // --- the opening handshake ---
  void receive_head(std::string_view octets);
  [[nodiscard]] bool open_with(std::string_view head);
  void agree(const Compression& agreed);

  // --- frames ---
  void read(std::string_view octets);
  void on_header(const FrameHeader& header) override;
  void on_payload(std::string_view piece) override;
  void on_frame_end() override;
  void on_control();
  void on_ping();
  void on_pong();
  void on_close();
  [[nodiscard]] std::optional<End> end_without_answer() const;
  void end_of_read();

  // --- what is sent ---
  void deliver();
  void echo(Message message);
  [[nodiscard]] std::string message_frames(const Message& message);
  void send_pong(std::string_view ping);
  void send_close(const std::string& body, Time delay);
  void fail(std::uint16_t code);
  void end_tcp(bool failed);

  [[nodiscard]] bool on(Fault fault) const { return options_.faults.on(fault); }
  [[nodiscard]] bool is_server() const { return options_.role == Role::kServer; }

  EndpointOptions options_;
  Outgoing out_;
  FrameReader reader_;
  FrameWriter writer_;
  MessageReader messages_;
  std::optional<Deflater> deflater_;

  std::string head_;  ///< of the opening handshake, until it is over
  bool open_ = false;
  bool closed_ = false;  ///< a Close was sent
  bool failed_ = false;
  bool ending_ = false;  ///< the end of TCP was ordered
  bool stalled_ = false;

  FrameHeader frame_;
  std::string control_;
  bool pong_goes_on_ = false;     ///< FIN was not set in the last one
  bool frame_was_split_ = false;  ///< over more than one read
  std::uint64_t octets_read_ = 0;
  std::size_t messages_seen_ = 0;
  std::optional<std::string> held_echo_;
  std::vector<std::string> pings_;  ///< that wait for the end of the read
  std::vector<std::string> pings_in_message_;
};

}  // namespace wsproof::faulty
