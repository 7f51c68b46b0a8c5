// SPDX-License-Identifier: Apache-2.0
#include "fuzz/support/frame_gatherer.h"

#include "fuzz/support/check.h"
#include "server/protocol/mask.h"

namespace wsproof::fuzz {

void FrameGatherer::push(MutableBytes piece) {
  for (;;) {
    const FrameParser::Step step = parser_.next(piece);
    check(step.consumed <= piece.size(), "no more is consumed than there was");
    switch (step.event) {
      case FrameParser::Event::kNeedMore:
        check(step.consumed == piece.size(), "more is asked for when all is consumed");
        return;
      case FrameParser::Event::kHeader:
        check(step.consumed > 0, "a header takes octets");
        check(frames_.empty() || frames_.back().whole, "a frame begins behind the one before");
        check(parser_.payload_remaining() == parser_.header().payload_length,
              "none of the payload is handed out with the header");
        frames_.push_back({parser_.header(), {}, false});
        break;
      case FrameParser::Event::kPayload:
        take_payload(step, piece);
        break;
    }
    piece = piece.subspan(step.consumed);
  }
}

void FrameGatherer::take_payload(const FrameParser::Step& step, MutableBytes input) {
  check(!frames_.empty() && !frames_.back().whole, "payload comes behind its header");
  SeenFrame& frame = frames_.back();
  check(frame.header == parser_.header(), "the header stays while the payload comes");
  check(step.payload.size() == step.consumed, "what is consumed is what is handed out");
  check(step.payload.empty() || step.payload.data() == input.data(), "payload lies in the input");
  check(step.payload_offset == frame.payload.size(), "pieces follow each other");
  check(!step.payload.empty() || frame.header.payload_length == 0,
        "only a frame without payload gives an empty piece");
  if (frame.header.masking_key) {
    mask(step.payload, *frame.header.masking_key, frame.payload.size());
  }
  frame.payload.insert(frame.payload.end(), step.payload.begin(), step.payload.end());
  frame.whole = step.frame_ends;
  check(frame.whole == (frame.payload.size() == frame.header.payload_length),
        "a frame ends with the last octet that it announced");
}

}  // namespace wsproof::fuzz
