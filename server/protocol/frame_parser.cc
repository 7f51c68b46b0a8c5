// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/frame_parser.h"

#include <algorithm>

namespace wsproof {

FrameParser::Step FrameParser::next(MutableBytes input) {
  if (in_payload_) return next_payload(input);
  // The common case: nothing is left over and the header lies whole in the input.
  const std::size_t size = partial_size_ == 0 ? decode_header(input, header_) : 0;
  if (size == 0) return next_partial(input);
  return begin_payload(size);
}

FrameParser::Step FrameParser::next_payload(MutableBytes input) {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, input.size()));
  if (size == 0 && remaining_ != 0) return {.event = Event::kNeedMore, .consumed = 0};
  const std::uint64_t offset = header_.payload_length - remaining_;
  remaining_ -= size;
  in_payload_ = remaining_ != 0;
  return {.event = Event::kPayload,
          .consumed = size,
          .payload = input.first(size),
          .payload_offset = offset,
          .frame_ends = remaining_ == 0};
}

// Gathers a header that was cut. Takes octet by octet until there is a whole one: a header says how
// long it is only in its second octet, and none of the payload may be taken along.
FrameParser::Step FrameParser::next_partial(MutableBytes input) {
  for (std::size_t taken = 0; taken < input.size();) {
    partial_[partial_size_++] = input[taken++];
    if (decode_header(Bytes(partial_).first(partial_size_), header_) != 0) {
      partial_size_ = 0;
      return begin_payload(taken);
    }
  }
  return {.event = Event::kNeedMore, .consumed = input.size()};
}

FrameParser::Step FrameParser::begin_payload(std::size_t consumed) {
  remaining_ = header_.payload_length;
  in_payload_ = true;
  return {.event = Event::kHeader, .consumed = consumed};
}

}  // namespace wsproof
