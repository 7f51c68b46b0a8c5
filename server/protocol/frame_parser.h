// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "server/protocol/bytes.h"
#include "server/protocol/frame.h"

namespace wsproof {

/// Incremental syntax of frames: cuts a stream of octets into headers and pieces of payload. It
/// judges nothing (FrameRules does), unmasks nothing, never allocates and never throws. Octets may
/// be cut anywhere; the same octets give the same headers and, joined, the same payloads.
///
/// For each frame: one kHeader, then kPayload one or more times, the last with frame_ends (a frame
/// without payload gives one empty piece).
class FrameParser {
 public:
  enum class Event : std::uint8_t {
    kNeedMore,  ///< all of the input is consumed; call again with what arrives next
    kHeader,    ///< header() is complete
    kPayload,   ///< `payload` is the next piece, still masked; it lies within the input
  };

  struct Step {
    Event event;
    std::size_t consumed;              ///< octets of the input that this step used up
    MutableBytes payload{};            ///< for kPayload
    std::uint64_t payload_offset = 0;  ///< place of payload[0] within its frame
    bool frame_ends = false;
  };

  /// Takes one step. The caller drops `consumed` octets and calls again until kNeedMore. A kPayload
  /// step may come with consumed == 0, when the frame has no payload.
  [[nodiscard]] Step next(MutableBytes input);

  /// The header of the frame being parsed; valid from kHeader until the next one.
  [[nodiscard]] const FrameHeader& header() const { return header_; }

  /// Octets of the current frame's payload that have not been handed out yet.
  [[nodiscard]] std::uint64_t payload_remaining() const { return remaining_; }

  /// Whether the octets so far end between two frames.
  [[nodiscard]] bool between_frames() const { return !in_payload_ && partial_size_ == 0; }

 private:
  Step next_payload(MutableBytes input);
  Step next_partial(MutableBytes input);
  Step begin_payload(std::size_t consumed);

  FrameHeader header_;
  std::uint64_t remaining_ = 0;
  std::array<std::uint8_t, kMaxHeaderSize> partial_{};
  std::uint8_t partial_size_ = 0;
  bool in_payload_ = false;
};

}  // namespace wsproof
