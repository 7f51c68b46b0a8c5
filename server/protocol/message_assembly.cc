// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/message_assembly.h"

#include <cstddef>

namespace wsproof {

MessageAssembly::MessageAssembly(const FrameHeader& first, const Limits& limits,
                                 MessageInflater* inflater)
    : limits_(limits),
      // RFC 7692, 6: "Per-Message Compressed" is RSV1 on the first fragment, for all of the
      // message.
      inflater_((first.rsv & rsv::k1) != 0 ? inflater : nullptr),
      text_(first.opcode == opcode::kText) {}

tl::expected<void, Error> MessageAssembly::begin_continuation(const FrameHeader& header) {
  controls_ = 0;
  if (++fragments_ > limits_.fragments) return tl::unexpected(Error::kTooManyFragments);
  // What a compressed frame announces says nothing about the size of the message.
  if (inflater_ == nullptr && header.payload_length > limits_.message_payload - payload_.size()) {
    return tl::unexpected(Error::kMessageTooBig);
  }
  return {};
}

tl::expected<void, Error> MessageAssembly::count_control() {
  if (++controls_ > limits_.controls_in_message) return tl::unexpected(Error::kTooManyControls);
  return {};
}

tl::expected<void, Error> MessageAssembly::push(Bytes piece) {
  const std::size_t before = payload_.size();
  tl::expected<void, Error> inflated;
  if (inflater_ != nullptr) {
    inflated = inflater_->push(piece, limits_.message_payload, payload_);
  } else {
    payload_.insert(payload_.end(), piece.begin(), piece.end());
  }
  // §8.1: the first octet that cannot be UTF-8 fails the connection, also where it was inflated
  // just before something worse.
  if (text_ && utf8_.push(Bytes(payload_).subspan(before))) {
    return tl::unexpected(Error::kInvalidUtf8);
  }
  return inflated;
}

tl::expected<void, Error> MessageAssembly::finish() {
  if (inflater_ != nullptr) {
    if (const auto finished = inflater_->finish(); !finished) return finished;
  }
  if (text_ && !utf8_.complete()) return tl::unexpected(Error::kInvalidUtf8);
  return {};
}

}  // namespace wsproof
