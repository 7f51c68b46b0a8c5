// SPDX-License-Identifier: Apache-2.0
// The frame parser and its rules against a slow reading of RFC 6455 5.2, bit by bit. Options: bit 0
// the frames are a client's, bit 1 permessage-deflate was agreed. Data: octets of a stream.
#include <cstddef>
#include <vector>

#include "fuzz/support/check.h"
#include "fuzz/support/frame_gatherer.h"
#include "fuzz/support/input.h"
#include "fuzz/support/naive_frames.h"
#include "fuzz/support/target.h"
#include "server/protocol/frame_rules.h"

namespace wsproof::fuzz {

void run(Bytes octets) {
  const Input input(octets);
  FrameGatherer ours;
  input.cut(input.data(), [&ours](MutableBytes piece) { ours.push(piece); });
  const std::vector<SeenFrame> frames = read_frames_naively(input.data());
  check(ours.frames() == frames, "both find the same frames");

  const bool from_client = input.flag(0);
  const bool deflate = input.flag(1);
  FrameRules rules(from_client ? Role::kClient : Role::kServer, deflate);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const bool legal = !rules.check(frames[i].header).has_value();
    check(legal == is_legal_naively(frames, i, from_client, deflate), "both judge alike");
    if (!legal) break;  // what comes behind a violation is judged by nobody
    rules.advance(frames[i].header);
  }
}

}  // namespace wsproof::fuzz
