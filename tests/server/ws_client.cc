// SPDX-License-Identifier: Apache-2.0
#include "tests/server/ws_client.h"

#include "server/protocol/close_code.h"

namespace wsproof::test {

std::uint16_t ReceivedFrame::close_code() const {
  if (payload.size() < 2) return close_code::kNoStatus;
  return static_cast<std::uint16_t>(static_cast<std::uint8_t>(payload[0]) << 8 |
                                    static_cast<std::uint8_t>(payload[1]));
}

std::string WsClient::request(std::string_view target, std::string_view lines) {
  return "GET " + std::string(target) +
         " HTTP/1.1\r\n"
         "Host: localhost\r\n"
         "Upgrade: websocket\r\n"
         "Connection: Upgrade\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
         "Sec-WebSocket-Version: 13\r\n" +
         std::string(lines) + "\r\n";
}

std::string WsClient::open(std::string_view target, std::string_view lines) {
  socket.send(request(target, lines));
  return socket.receive_until("\r\n\r\n");
}

std::string WsClient::ask(std::string_view whole_request) {
  socket.send(whole_request);
  return socket.receive_all();
}

std::string WsClient::frame(std::uint8_t opcode, std::string_view payload, bool fin) {
  RawFrame raw;
  raw.header.fin = fin;
  raw.header.opcode = opcode;
  raw.header.masking_key = MaskingKey{0x11, 0x22, 0x33, 0x44};
  raw.header.payload_length = payload.size();
  raw.payload = payload;
  return encode_frame(raw);
}

void WsClient::send_close(std::uint16_t code) {
  const char body[] = {static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
  socket.send(frame(opcode::kClose, {body, 2}));
}

ReceivedFrame WsClient::receive() {
  const std::string head = socket.receive(2);
  if (head.size() < 2) return {};
  std::uint64_t length = static_cast<std::uint8_t>(head[1]) & 0x7FU;
  if (length >= 126) {
    const std::string extended = socket.receive(length == 126 ? 2 : 8);
    length = 0;
    for (const char c : extended) length = length << 8 | static_cast<std::uint8_t>(c);
  }
  return {static_cast<std::uint8_t>(head[0]), socket.receive(static_cast<std::size_t>(length))};
}

}  // namespace wsproof::test
