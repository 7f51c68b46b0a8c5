// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "fuzz/support/frames.h"
#include "server/protocol/frame_parser.h"

namespace wsproof::fuzz {

/// Gathers the frames that FrameParser finds in pieces, and holds the parser to its contract at
/// each step.
class FrameGatherer {
 public:
  /// The next piece, of any size.
  void push(MutableBytes piece);

  [[nodiscard]] const std::vector<SeenFrame>& frames() const { return frames_; }
  [[nodiscard]] bool between_frames() const { return parser_.between_frames(); }

 private:
  void take_payload(const FrameParser::Step& step, MutableBytes input);

  FrameParser parser_;
  std::vector<SeenFrame> frames_;
};

}  // namespace wsproof::fuzz
