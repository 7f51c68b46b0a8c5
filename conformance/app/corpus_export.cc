// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/corpus_export.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "conformance/app/fuzz_number.h"
#include "conformance/app/tester_octets.h"
#include "conformance/engine/script.h"
#include "server/protocol/frame.h"
#include "server/protocol/http_head.h"

namespace wsproof::conformance {
namespace {

using Options = std::array<std::uint8_t, 4>;
using Frames = std::vector<SentFrame>;

constexpr std::string_view kCuts("\1\5\2\0", 4);

std::string input(const Options& options, std::string_view data) {
  std::string octets(options.begin(), options.end());
  octets += kCuts;
  octets += data;
  return octets;
}

std::uint8_t bits(bool first, bool second) {
  return static_cast<std::uint8_t>((first ? 1U : 0U) | (second ? 2U : 0U));
}

// --- What a script is made of: fuzz/support/script.h ---------------------------------------------

void add_octet(std::string& script, std::size_t octet) { script += static_cast<char>(octet); }

void add_block(std::string& script, std::string_view octets) {
  if (octets.size() < 255) {
    add_octet(script, octets.size());
  } else {
    add_octet(script, 255);
    add_octet(script, octets.size() >> 8U);
    add_octet(script, octets.size() & 0xFFU);
  }
  script += octets;
}

// The frames as a peer's, one step each: fuzz/session_fuzz.cc.
std::string session_script(const Frames& frames) {
  constexpr std::size_t kReceiveFrame = 1;
  std::string script;
  for (const SentFrame& frame : frames) {
    add_octet(script, kReceiveFrame);
    add_octet(script, (frame.header.fin ? 0x80U : 0U) |
                          static_cast<std::size_t>(frame.header.rsv) << 4U | frame.header.opcode);
    add_block(script, frame.payload);
  }
  return script;
}

// The same messages, sent by one end and carried to the other: fuzz/session_pair_fuzz.cc.
std::string pair_script(const Frames& frames, bool by_client) {
  enum Step : std::size_t { kSend = 0, kFragment = 1, kPing = 2, kCarry = 3, kClose = 8 };
  const std::size_t sender = by_client ? 1 : 0;
  std::string script;
  for (const SentFrame& frame : frames) {
    const FrameHeader& header = frame.header;
    const auto step = [&](Step what) { add_octet(script, 2U * what + sender); };
    if (header.opcode == opcode::kClose) {
      step(kClose);
    } else if (header.opcode == opcode::kPing) {
      step(kPing);
      add_block(script, frame.payload);
    } else if (header.opcode == opcode::kContinuation || !header.fin) {
      step(kFragment);
      add_octet(script, bits(header.opcode != opcode::kContinuation, header.fin));
      add_block(script, frame.payload);
    } else {
      step(kSend);
      add_block(script, frame.payload);
    }
    for (const std::size_t end : {sender, 1 - sender}) {
      add_octet(script, 2U * kCarry + end);
      add_octet(script, 0);
    }
  }
  return script;
}

// --- Messages ------------------------------------------------------------------------------------

struct Messages {
  std::string compressed;  // blocks
  std::string plain;       // blocks
  std::string text;
};

Messages messages_of(const Frames& frames) {
  Messages messages;
  std::string message;
  bool compressed = false;
  bool text = false;
  for (const auto& [header, payload] : frames) {
    if (is_control(header.opcode)) continue;
    if (header.opcode != opcode::kContinuation) {
      message.clear();
      compressed = (header.rsv & rsv::k1) != 0;
      text = header.opcode == opcode::kText;
    }
    message += payload;
    if (!header.fin || message.empty()) continue;
    add_block(compressed ? messages.compressed : messages.plain, message);
    if (text && !compressed) messages.text += message;
    message.clear();
  }
  return messages;
}

std::string offered_extensions(const std::string& head, bool response) {
  RequestHead request;
  ResponseHead answer;
  const HeadResult result = response ? parse_response_head(as_bytes(head), {}, answer)
                                     : parse_request_head(as_bytes(head), {}, request);
  if (result.status != HeadResult::Status::kDone) return {};
  return std::string((response ? answer.fields : request.fields).first("Sec-WebSocket-Extensions"));
}

}  // namespace

std::vector<FuzzSeed> fuzz_seeds(const Case& test_case, Role peer) {
  if (find_unsupported(test_case)) return {};
  const TesterOctets octets = tester_octets(test_case, peer, kMaxSeedSize);
  std::vector<FuzzSeed> seeds;
  const auto add = [&seeds](const char* target, const Options& options, std::string_view data) {
    std::string seed = input(options, data);
    if (!data.empty() && seed.size() <= kMaxSeedSize) seeds.push_back({target, std::move(seed)});
  };
  const bool to_client = peer == Role::kClient;
  add("http_head", {bits(to_client, false)}, octets.head);
  add("http_head_peer", {bits(to_client, false)}, octets.head);
  add("opening", {bits(to_client, true)}, octets.head);
  add("extension", {}, offered_extensions(octets.head, to_client));

  const std::uint32_t number = fuzz_number(test_case.id);
  add("engine",
      {static_cast<std::uint8_t>(number), static_cast<std::uint8_t>(number >> 8U),
       bits(to_client, false), static_cast<std::uint8_t>(number >> 16U)},
      std::string_view("\0\0\0\0", 4));

  add("frame_parser", {}, octets.frames);
  add("frame_parser_naive", {bits(!to_client, octets.deflate)}, octets.frames);
  add("session_cut", {bits(to_client, octets.deflate)}, octets.frames);
  if (!to_client) {
    add("frame_beast", {}, octets.frames);
    add("frame_wslay", {}, octets.frames);
  }
  const Frames frames = sent_frames(octets.frames);
  // Windows of 15 bits both ways.
  add("session", {bits(to_client, octets.deflate), 0x66}, session_script(frames));
  add("session_pair", {bits(octets.deflate, false), 0x77}, pair_script(frames, !to_client));
  const Messages messages = messages_of(frames);
  add("inflate", {7, 255}, messages.compressed);
  // Level 1 and memory level 8.
  add("deflate", {6, 121}, messages.plain);
  add("utf8", {}, messages.text);
  return seeds;
}

}  // namespace wsproof::conformance
