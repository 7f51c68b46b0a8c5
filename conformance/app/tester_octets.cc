// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/tester_octets.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "conformance/engine/engine.h"
#include "server/protocol/frame_parser.h"
#include "server/protocol/handshake.h"
#include "server/protocol/mask.h"
#include "server/protocol/opening.h"
#include "server/protocol/random.h"

namespace wsproof::conformance {
namespace {

/// 01 02 03 ..., as the targets' own.
class CountedRandom : public RandomSource {
 public:
  void fill(MutableBytes out) override {
    for (std::uint8_t& octet : out) octet = ++last_;
  }

 private:
  std::uint8_t last_ = 0;
};

std::string take_written(Engine& engine) {
  std::string written;
  for (const Action& action : engine.take_actions()) written += action.octets;
  return written;
}

/// A server's whole answer to the tester's request; nothing where it grants none.
std::optional<std::string> answer(std::string_view request, bool& deflate) {
  const Limits limits;
  ServerOpening opening(limits);
  if (opening.push(as_bytes(request)) != ServerOpening::Status::kRequest) return std::nullopt;
  const auto accepted = accept_request(opening.head(), {});
  if (!accepted) return std::nullopt;
  deflate = accepted->agreement.deflate.has_value();
  return accepted->response;
}

}  // namespace

TesterOctets tester_octets(const Case& test_case, Role peer, std::size_t enough) {
  CountedRandom random;
  EngineOptions options;
  options.peer = peer;
  options.random = &random;
  Engine engine(test_case, options);
  Time now{std::chrono::seconds(1)};
  TesterOctets octets;
  engine.on_connected(now);
  octets.head = take_written(engine);
  std::string opening;
  if (peer == Role::kServer) {
    if (auto response = answer(octets.head, octets.deflate)) opening = std::move(*response);
  } else {
    const ClientHandshakeOptions client{.host = "localhost"};
    opening = make_request(client, make_key(random));
  }
  engine.on_bytes(as_bytes(opening), now);
  if (peer == Role::kClient) {
    octets.head = take_written(engine);
    const std::size_t end = octets.head.find("\r\n\r\n");
    if (end != std::string::npos) {
      octets.frames = octets.head.substr(end + 4);
      octets.head.resize(end + 4);
    }
  }
  // Time passes until the case gives up, or for as many deadlines as no case has.
  for (int turns = 0; turns < 1'000 && octets.frames.size() <= enough; ++turns) {
    octets.frames += take_written(engine);
    const std::optional<Time> next = engine.next_deadline();
    if (engine.done() || !next) break;
    now = std::max(now, *next);
    engine.on_time(now);
  }
  octets.frames += take_written(engine);
  return octets;
}

std::vector<SentFrame> sent_frames(std::string_view octets) {
  std::vector<std::uint8_t> copy(octets.begin(), octets.end());
  MutableBytes rest = copy;
  std::vector<SentFrame> frames;
  FrameParser parser;
  for (;;) {
    const FrameParser::Step step = parser.next(rest);
    rest = rest.subspan(step.consumed);
    if (step.event == FrameParser::Event::kNeedMore) return frames;
    if (step.event == FrameParser::Event::kHeader) continue;
    if (!step.frame_ends) return frames;
    const FrameHeader& header = parser.header();
    if (header.masking_key) mask(step.payload, *header.masking_key);
    frames.push_back({header, std::string(as_text(step.payload))});
  }
}

}  // namespace wsproof::conformance
