// SPDX-License-Identifier: Apache-2.0
// A session that is given a stream in pieces does what it does with the whole, to the octet.
// Options: bit 0 client, bit 1 permessage-deflate, bit 2 without context takeover. Data: octets of
// a stream; mask bits are put right first, since few inputs would get past them.
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "fuzz/support/check.h"
#include "fuzz/support/fixed_random.h"
#include "fuzz/support/input.h"
#include "fuzz/support/session_watch.h"
#include "fuzz/support/target.h"
#include "server/protocol/frame_parser.h"
#include "server/protocol/session.h"

namespace wsproof::fuzz {
namespace {

struct Outcome {
  std::vector<SessionWatch::Message> messages;
  std::vector<std::uint8_t> written;
  std::uint16_t code;
  std::optional<Error> error;
  bool clean;

  bool operator==(const Outcome&) const = default;
};

class Run {
 public:
  Run(const Input& input, bool whole) : whole_(whole), input_(input) {}

  Outcome operator()(Bytes stream) {
    const Role role = input_.flag(0) ? Role::kClient : Role::kServer;
    FixedRandom random;
    SessionOptions options{.random = &random};
    options.limits.frame_payload = options.limits.message_payload = 4096;
    options.limits.fragments = 16;
    options.limits.controls_in_message = 8;
    std::optional<DeflateParameters> deflate;
    if (input_.flag(1)) {
      deflate.emplace();
      deflate->client_no_context_takeover = deflate->server_no_context_takeover = input_.flag(2);
    }
    const Time now{std::chrono::seconds(1)};
    SessionWatch watch(role, deflate.has_value(), options.limits);
    Session session(role, options, watch, deflate, now);
    if (whole_) {
      std::vector<std::uint8_t> copy(stream.begin(), stream.end());
      session.receive(copy, now);
    } else {
      input_.cut(stream, [&](MutableBytes piece) { session.receive(piece, now); });
    }
    session.receive_eof(now);
    const CloseInfo& info = watch.close_info();
    return {watch.messages(), watch.take_written(), info.code, info.error, info.clean};
  }

 private:
  bool whole_;
  const Input& input_;
};

// The same frames with the mask bit that the role asks for. A key is put in or left out, the
// payload stays.
std::vector<std::uint8_t> with_right_masks(Bytes stream, bool masked) {
  std::vector<std::uint8_t> copy(stream.begin(), stream.end());
  std::vector<std::uint8_t> right;
  FrameParser parser;
  MutableBytes rest = copy;
  for (;;) {
    const FrameParser::Step step = parser.next(rest);
    rest = rest.subspan(step.consumed);
    if (step.event == FrameParser::Event::kNeedMore) return right;
    if (step.event == FrameParser::Event::kHeader) {
      FrameHeader header = parser.header();
      if (!masked) header.masking_key.reset();
      if (masked && !header.masking_key) header.masking_key = MaskingKey{};
      std::vector<std::uint8_t> octets(header_size(header));
      encode_header(header, octets);
      right.insert(right.end(), octets.begin(), octets.end());
    } else {
      right.insert(right.end(), step.payload.begin(), step.payload.end());
    }
  }
}

}  // namespace

void run(Bytes octets) {
  const Input input(octets);
  const std::vector<std::uint8_t> stream = with_right_masks(input.data(), !input.flag(0));
  check(Run(input, true)(stream) == Run(input, false)(stream),
        "a session does the same, however its input is cut");
}

}  // namespace wsproof::fuzz
