// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "server/protocol/frame.h"
#include "server/protocol/frame_rules.h"

namespace wsproof::test {

/// Frames as a peer of this role sends them: a client's are masked, each with a key of its own.
class PeerFrames {
 public:
  explicit PeerFrames(Role role) : role_(role) {}

  struct Shape {
    bool fin = true;
    std::uint8_t rsv = 0;
  };

  [[nodiscard]] std::string frame(std::uint8_t op, std::string_view payload, Shape shape) {
    return encode_frame({header(op, payload.size(), shape), std::string(payload)});
  }
  [[nodiscard]] std::string frame(std::uint8_t op, std::string_view payload) {
    return frame(op, payload, Shape{});
  }

  [[nodiscard]] std::string text(std::string_view payload) { return frame(opcode::kText, payload); }
  [[nodiscard]] std::string binary(std::string_view payload) {
    return frame(opcode::kBinary, payload);
  }
  [[nodiscard]] std::string ping(std::string_view payload) { return frame(opcode::kPing, payload); }
  [[nodiscard]] std::string pong(std::string_view payload) { return frame(opcode::kPong, payload); }

  /// A message in fragments: the first, those between, the last.
  [[nodiscard]] std::string begin_text(std::string_view payload) {
    return frame(opcode::kText, payload, {.fin = false});
  }
  [[nodiscard]] std::string begin_binary(std::string_view payload) {
    return frame(opcode::kBinary, payload, {.fin = false});
  }
  [[nodiscard]] std::string more(std::string_view payload) {
    return frame(opcode::kContinuation, payload, {.fin = false});
  }
  [[nodiscard]] std::string end(std::string_view payload) {
    return frame(opcode::kContinuation, payload);
  }

  /// A text message whose payload is DEFLATE data already.
  [[nodiscard]] std::string compressed_text(std::string_view payload) {
    return frame(opcode::kText, payload, {.rsv = rsv::k1});
  }

  [[nodiscard]] std::string close() { return frame(opcode::kClose, ""); }
  [[nodiscard]] std::string close(unsigned code, std::string_view reason = "") {
    std::string body{static_cast<char>(code >> 8U), static_cast<char>(code & 0xffU)};
    return frame(opcode::kClose, body.append(reason));
  }

  /// A header alone: it announces a payload of this length, and none of it has come yet.
  [[nodiscard]] std::string announce(std::uint8_t op, std::uint64_t length) {
    return announce(op, length, Shape{});
  }
  [[nodiscard]] std::string announce(std::uint8_t op, std::uint64_t length, Shape shape) {
    const FrameHeader announced = header(op, length, shape);
    std::string octets(header_size(announced), '\0');
    encode_header(announced, {reinterpret_cast<std::uint8_t*>(octets.data()), octets.size()});
    return octets;
  }

 private:
  [[nodiscard]] FrameHeader header(std::uint8_t op, std::uint64_t length, Shape shape) {
    FrameHeader header{.fin = shape.fin, .rsv = shape.rsv, .opcode = op, .payload_length = length};
    if (role_ == Role::kClient) {
      ++frames_;
      header.masking_key = MaskingKey{0x5a, 0xc3, 0x17, frames_};
    }
    return header;
  }

  Role role_;
  std::uint8_t frames_ = 0;
};

}  // namespace wsproof::test
