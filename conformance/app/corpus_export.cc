// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/corpus_export.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "conformance/engine/engine.h"
#include "conformance/engine/script.h"
#include "server/protocol/handshake.h"
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

/// The tester's octets against a peer that opens the connection and is silent from then on.
struct TesterOctets {
  std::string head;
  std::string frames;
  bool deflate = false;
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

TesterOctets tester_octets(const Case& test_case, Role peer) {
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
  for (int turns = 0; turns < 1'000 && octets.frames.size() <= kMaxSeedSize; ++turns) {
    octets.frames += take_written(engine);
    const std::optional<Time> next = engine.next_deadline();
    if (engine.done() || !next) break;
    now = std::max(now, *next);
    engine.on_time(now);
  }
  octets.frames += take_written(engine);
  return octets;
}

std::string with_header(std::uint8_t options, std::array<char, 4> cuts, std::string_view data) {
  std::string octets(4, '\0');
  octets[0] = static_cast<char>(options);
  octets.append(cuts.data(), cuts.size());
  octets += data;
  return octets;
}

}  // namespace

std::vector<FuzzSeed> fuzz_seeds(const Case& test_case, Role peer) {
  if (find_unsupported(test_case)) return {};
  const TesterOctets octets = tester_octets(test_case, peer);
  constexpr std::array<char, 4> kCuts{1, 5, 2, 0};
  std::vector<FuzzSeed> seeds;
  const auto add = [&seeds](const char* target, std::string seed) {
    if (seed.size() <= kMaxSeedSize) seeds.push_back({target, std::move(seed)});
  };
  const bool to_client = peer == Role::kClient;
  const auto option = [](bool first, bool second) {
    return static_cast<std::uint8_t>((first ? 1U : 0U) | (second ? 2U : 0U));
  };
  if (!octets.head.empty()) {
    add("http_head", with_header(option(to_client, false), kCuts, octets.head));
    add("http_head_peer", with_header(option(to_client, false), kCuts, octets.head));
    add("opening", with_header(option(to_client, true), kCuts, octets.head));
  }
  if (octets.frames.empty()) return seeds;
  add("frame_parser", with_header(0, kCuts, octets.frames));
  add("frame_parser_naive", with_header(option(!to_client, octets.deflate), kCuts, octets.frames));
  add("session_cut", with_header(option(to_client, octets.deflate), kCuts, octets.frames));
  if (!to_client) {
    add("frame_beast", with_header(0, kCuts, octets.frames));
    add("frame_wslay", with_header(0, kCuts, octets.frames));
  }
  return seeds;
}

}  // namespace wsproof::conformance
