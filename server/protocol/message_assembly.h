// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <tl/expected.hpp>
#include <vector>

#include "server/protocol/bytes.h"
#include "server/protocol/deflate.h"
#include "server/protocol/error.h"
#include "server/protocol/frame.h"
#include "server/protocol/limits.h"
#include "server/protocol/utf8.h"

namespace wsproof {

/// Gathers one message that does not lie whole in the receive buffer: it is fragmented, compressed,
/// or cut by a read. Holds what has arrived (inflated, where it was compressed), keeps the limits
/// and validates text as it comes. Memory grows with octets that are here, never with a length that
/// is merely announced.
class MessageAssembly {
 public:
  /// `first` is the header of the message's first frame; `inflater` is this direction's, null where
  /// no compression was agreed. Both limits and inflater outlive the assembly.
  MessageAssembly(const FrameHeader& first, const Limits& limits, MessageInflater* inflater);

  /// A continuation frame begins: judges its announced length and the number of fragments.
  [[nodiscard]] tl::expected<void, Error> begin_continuation(const FrameHeader& header);
  /// A control frame stands between two fragments.
  [[nodiscard]] tl::expected<void, Error> count_control();
  /// Takes the next piece of payload, unmasked.
  [[nodiscard]] tl::expected<void, Error> push(Bytes piece);
  /// All of the message is here.
  [[nodiscard]] tl::expected<void, Error> finish();

  [[nodiscard]] bool is_text() const { return text_; }
  /// The message, once finish() has succeeded.
  [[nodiscard]] MutableBytes payload() { return payload_; }

 private:
  const Limits& limits_;
  MessageInflater* inflater_;  // null: the message is not compressed
  std::vector<std::uint8_t> payload_;
  std::uint32_t fragments_ = 1;
  std::uint32_t controls_ = 0;
  Utf8Validator utf8_;
  bool text_;
};

}  // namespace wsproof
