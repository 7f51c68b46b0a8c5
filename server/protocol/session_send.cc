// SPDX-License-Identifier: Apache-2.0
// What a session sends: frames of its role, messages, compressed or in fragments.
#include <array>
#include <cassert>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "server/protocol/compression.h"
#include "server/protocol/frame.h"
#include "server/protocol/mask.h"
#include "server/protocol/message_assembly.h"
#include "server/protocol/session.h"
#include "server/protocol/utf8.h"

namespace wsproof {
namespace {

// Payloads up to this size are masked on the stack: the control frames and most messages of a
// client, without an allocation and without much stack.
constexpr std::size_t kMaskedOnStack = 4 * 1024;

std::uint8_t opcode_of(MessageKind kind) {
  return kind == MessageKind::kText ? opcode::kText : opcode::kBinary;
}

}  // namespace

RandomSource& Session::random() const {
  return options_.random != nullptr ? *options_.random : secure_random();
}

Compression& Session::compression() {
  assert(deflate_);
  if (!compression_) {
    compression_ = std::make_unique<Compression>(role_, *deflate_, options_.deflate);
  }
  return *compression_;
}

bool Session::send(MessageKind kind, Bytes payload) {
  if (!may_send_message()) return false;
  assert(kind != MessageKind::kText || !find_invalid_utf8(payload));
  FrameHeader frame{.opcode = opcode_of(kind)};
  if (deflate_) {
    std::vector<std::uint8_t> compressed;
    if (compression().deflate(payload, compressed)) {
      frame.rsv = rsv::k1;
      try {
        write_frame(frame, compressed);
      } catch (...) {
        // The peer does not have this message in its window.
        if (compression_) compression_->forget();
        throw;
      }
      return true;
    }
  }
  write_frame(frame, payload);
  return true;
}

bool Session::send_fragment(MessageKind kind, Bytes payload, bool first, bool last) {
  if (state_ != State::kOpen || first == sending_) return false;
  sending_ = !last;
  try {
    write_frame({.fin = last, .opcode = first ? opcode_of(kind) : opcode::kContinuation}, payload);
  } catch (...) {
    sending_ = !first;
    throw;
  }
  return true;
}

bool Session::ping(Bytes payload) {
  if (state_ != State::kOpen || payload.size() > kMaxControlPayload) return false;
  write_control(opcode::kPing, payload);
  return true;
}

bool Session::pong(Bytes payload) {
  if (state_ != State::kOpen || payload.size() > kMaxControlPayload) return false;
  write_control(opcode::kPong, payload);
  return true;
}

void Session::write_control(std::uint8_t op, Bytes payload) {
  write_frame({.opcode = op}, payload);
}

void Session::write_frame(const FrameHeader& frame, Bytes payload) {
  FrameHeader header = frame;
  header.payload_length = payload.size();
  std::array<std::uint8_t, kMaxHeaderSize> head;
  if (role_ == Role::kServer) {
    // §5.1: "A server MUST NOT mask any frames that it sends to the client." The payload leaves
    // from where it lies.
    handler_.on_write(*this, Bytes(head).first(encode_header(header, head)), payload);
    return;
  }

  // §5.3: "The client MUST pick a fresh masking key from the set of allowed 32-bit values."
  MaskingKey key;
  random().fill(key);
  header.masking_key = key;
  const std::size_t head_size = encode_header(header, head);
  std::array<std::uint8_t, kMaskedOnStack> on_stack;  // NOLINT(*-member-init): filled below
  std::unique_ptr<std::uint8_t[]> on_heap;
  MutableBytes masked = on_stack;
  if (payload.size() > on_stack.size()) {
    on_heap.reset(new std::uint8_t[payload.size()]);
    masked = {on_heap.get(), payload.size()};
  }
  masked = masked.first(payload.size());
  mask_copy(masked, payload, key);
  handler_.on_write(*this, Bytes(head).first(head_size), masked);
}

std::string encode_message(MessageKind kind, Bytes payload, Compression* compression) {
  FrameHeader header{.opcode = opcode_of(kind)};
  std::vector<std::uint8_t> compressed;
  if (compression != nullptr && compression->deflate(payload, compressed)) {
    header.rsv = rsv::k1;
    payload = compressed;
  }
  header.payload_length = payload.size();
  std::array<std::uint8_t, kMaxHeaderSize> head;
  const std::size_t head_size = encode_header(header, head);
  std::string frame;
  frame.reserve(head_size + payload.size());
  frame.append(as_text(Bytes(head).first(head_size)));
  frame.append(as_text(payload));
  return frame;
}

}  // namespace wsproof
