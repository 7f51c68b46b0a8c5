// SPDX-License-Identifier: Apache-2.0
// Frames cut anywhere are the same frames. Data: octets of a stream.
#include <vector>

#include "fuzz/support/check.h"
#include "fuzz/support/frame_gatherer.h"
#include "fuzz/support/input.h"
#include "fuzz/support/target.h"
#include "server/protocol/frame.h"
#include "server/protocol/frame_rules.h"

namespace wsproof::fuzz {
namespace {

// The encoder gives back the octets that a header was read from.
void check_encoding(const FrameHeader& header) {
  std::vector<std::uint8_t> octets(header_size(header));
  check(encode_header(header, octets) == octets.size(), "a header has the size that was told");
  FrameHeader again;
  check(decode_header(octets, again) == octets.size(), "an encoded header can be decoded");
  check(again == header, "a header comes back as it was encoded");
  check(!opcode_name(header.opcode).empty(), "an opcode has a name");
  octets.pop_back();
  check(decode_header(octets, again) == 0, "a header that is cut is not complete");
}

// The fast judgement against the one in words.
void check_rules(const std::vector<SeenFrame>& frames) {
  for (const Role sender : {Role::kServer, Role::kClient}) {
    for (const bool deflate : {false, true}) {
      FrameRules rules(sender, deflate);
      for (const SeenFrame& frame : frames) {
        const std::vector<Error> all = rules.check_all(frame.header);
        const std::optional<Error> first = rules.check(frame.header);
        check(first.has_value() == !all.empty(),
              "both judgements see whether there is a violation");
        check(!first || *first == all.front(), "the first violation is the first of all");
        rules.advance(frame.header);
      }
    }
  }
}

}  // namespace

void run(Bytes octets) {
  const Input input(octets);
  std::vector<std::uint8_t> all(input.data().begin(), input.data().end());
  FrameGatherer whole;
  whole.push(all);

  FrameGatherer cut;
  input.cut(input.data(), [&cut](MutableBytes piece) { cut.push(piece); });
  check(cut.frames() == whole.frames(), "pieces give the same frames as the whole");
  check(cut.between_frames() == whole.between_frames(), "pieces end in the same place");

  for (const SeenFrame& frame : whole.frames()) check_encoding(frame.header);
  check_rules(whole.frames());
}

}  // namespace wsproof::fuzz
