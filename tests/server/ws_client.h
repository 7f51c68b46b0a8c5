// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "server/protocol/frame.h"
#include "tests/support/raw_socket.h"

namespace wsproof::test {

/// A frame as it came from the server.
struct ReceivedFrame {
  std::uint8_t first = 0;  ///< FIN, RSV and opcode; 0 where the connection ended instead
  std::string payload;

  [[nodiscard]] std::uint8_t opcode() const { return first & 0x0F; }
  /// Of a Close frame; 1005 without a body.
  [[nodiscard]] std::uint16_t close_code() const;
};

/// A WebSocket client that does only what it is told to: no ping is answered, nothing is checked.
class WsClient {
 public:
  explicit WsClient(std::uint16_t port) : socket(RawSocket::to(port)) {}
  explicit WsClient(RawSocket connected) : socket(std::move(connected)) {}

  /// A request head with the given lines besides those that every handshake has.
  static std::string request(std::string_view target, std::string_view lines = {});
  /// Sends the request and returns the answer's head.
  std::string open(std::string_view target, std::string_view lines = {});
  /// The answer to any request, up to the end of the connection.
  std::string ask(std::string_view whole_request);

  /// One masked frame.
  static std::string frame(std::uint8_t opcode, std::string_view payload, bool fin = true);
  void send_text(std::string_view text) { socket.send(frame(opcode::kText, text)); }
  void send_binary(std::string_view data) { socket.send(frame(opcode::kBinary, data)); }
  void send_close(std::uint16_t code);
  ReceivedFrame receive();
  /// The payload of the next frame.
  std::string receive_payload() { return receive().payload; }

  RawSocket socket;
};

}  // namespace wsproof::test
