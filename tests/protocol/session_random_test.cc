// SPDX-License-Identifier: Apache-2.0
// Sessions under input that nobody thought of: drawn with a fixed seed, so that each run is the
// same. Whatever comes: no crash, on_closed once and last, and what is sent obeys the RFC.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "server/protocol/deflate.h"
#include "server/protocol/session.h"
#include "tests/support/session_rig.h"

namespace wsproof {
namespace {

using std::chrono::milliseconds;
using test::SessionRig;

class RandomPeer {
 public:
  explicit RandomPeer(unsigned seed) : draw_(seed) {}

  std::size_t below(std::size_t bound) { return draw_() % bound; }
  bool one_in(std::size_t many) { return below(many) == 0; }

  std::string octets(std::size_t most) {
    std::string drawn(below(most + 1), '\0');
    for (char& octet : drawn) octet = static_cast<char>(one_in(3) ? draw_() : 'a' + below(26));
    return drawn;
  }

  // Mostly legal frames, so that a session lives long enough to see what comes after them.
  std::string frame(test::PeerFrames& peer, bool deflate) {
    const bool odd = one_in(40);
    constexpr std::array<std::uint8_t, 6> kOpcodes{opcode::kContinuation, opcode::kText,
                                                   opcode::kBinary,       opcode::kPing,
                                                   opcode::kPong,         opcode::kClose};
    std::uint8_t op = in_message_ && one_in(2) ? opcode::kContinuation : kOpcodes[1 + below(4)];
    if (in_message_ && !is_control(op) && !odd) op = opcode::kContinuation;
    if (one_in(60)) op = opcode::kClose;
    if (odd) op = static_cast<std::uint8_t>(below(16));
    test::PeerFrames::Shape shape{.fin = is_control(op) || one_in(2)};
    if (odd && one_in(2)) shape = {.fin = one_in(2), .rsv = static_cast<std::uint8_t>(below(8))};
    std::string payload = is_control(op) ? octets(125) : octets(one_in(60) ? 70'000 : 300);
    if (op == opcode::kClose && !one_in(4)) payload = std::string("\x03\xe8", 2) + "bye";
    if ((op == opcode::kText || op == opcode::kContinuation) && !odd) {
      std::replace_if(
          payload.begin(), payload.end(), [](char c) { return (c & 0x80) != 0; }, '.');
    }
    if (deflate && !is_control(op) && op != opcode::kContinuation && one_in(3)) {
      shape.rsv |= rsv::k1;
      shape.fin = true;
      if (!odd) payload = compressed(payload);
    }
    if (!is_control(op)) in_message_ = !shape.fin;
    if (odd && one_in(3)) return peer.announce(op, draw_(), shape);
    std::string octets = peer.frame(op, payload, shape);
    if (one_in(200)) octets[below(octets.size())] ^= static_cast<char>(1U << below(8));
    return octets;
  }

 private:
  std::string compressed(std::string_view payload) {
    std::vector<std::uint8_t> out;
    deflater_.push(as_bytes(payload), true, out);
    return std::string(as_text(out));
  }

  std::mt19937 draw_;
  MessageDeflater deflater_{15, false, 6, 8};
  bool in_message_ = false;
};

// What the owner does of its own accord, in between and from within calls.
void act(RandomPeer& random, SessionRig& rig) {
  switch (random.below(12)) {
    case 0:
      rig.send(std::string(random.below(500), 'x'));
      break;
    case 1:
      rig.session.ping(as_bytes("ping"));
      break;
    case 2:
      rig.session.pong({});
      break;
    case 3:
      rig.session.send_fragment(MessageKind::kBinary, as_bytes("part"), random.one_in(2),
                                random.one_in(2));
      break;
    case 4:
      if (random.one_in(20)) rig.close(1000, "over");
      break;
    case 5:
      if (random.one_in(60)) rig.eof();
      break;
    default:
      break;
  }
}

void expect_sound(SessionRig& rig) {
  rig.eof();
  rig.pass(std::chrono::hours(1));
  EXPECT_EQ(rig.log.times_closed(), 1U);
  EXPECT_EQ(rig.session.state(), Session::State::kClosed);
  EXPECT_TRUE(rig.log.between_frames());
  const std::string log = rig.log.take();
  for (const char* const wrong : {"ILLEGAL", "AFTER"}) {
    EXPECT_EQ(log.find(wrong), std::string::npos) << log;
  }
  // §5.5.1: nothing after a Close frame.
  const std::size_t close = log.find("send close");
  if (close != std::string::npos) {
    EXPECT_EQ(log.find("send", close + 1), std::string::npos) << log;
  }
}

SessionRig::Setup setup_for(unsigned seed) {
  SessionRig::Setup setup;
  setup.limits.message_payload = 100'000;
  setup.limits.fragments = 50;
  setup.limits.controls_in_message = 20;
  setup.limits.heartbeat_interval = milliseconds(1'000);
  setup.limits.pong_timeout = milliseconds(900);
  if (seed % 2 == 1) setup.deflate = DeflateParameters{};
  return setup;
}

TEST(SessionRandom, FramesMostlyLegal) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomPeer random(seed);
    SessionRig rig(seed % 4 < 2 ? Role::kServer : Role::kClient, setup_for(seed));
    int depth = 0;
    rig.log.react = [&](Session&, std::string_view) {
      // A handler that answers its own answers would never end.
      if (++depth <= 3) act(random, rig);
      --depth;
    };
    std::string input;
    for (int frames = 0; frames < 60; ++frames) {
      input += random.frame(rig.peer, rig.session.deflate().has_value());
    }
    for (std::size_t at = 0; at < input.size();) {
      const std::size_t size = 1 + random.below(random.one_in(3) ? 8 : 5'000);
      rig.receive(std::string_view(input).substr(at, size));
      at += size;
      act(random, rig);
      if (random.one_in(20)) rig.pass(milliseconds(random.below(1'200)));
    }
    expect_sound(rig);
    if (HasFailure()) return;
  }
}

TEST(SessionRandom, OctetsOfAnyKind) {
  for (unsigned seed = 0; seed < 3'000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomPeer random(seed);
    SessionRig rig(seed % 4 < 2 ? Role::kServer : Role::kClient, setup_for(seed));
    for (int reads = 0; reads < 10; ++reads) rig.receive(random.octets(50));
    expect_sound(rig);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace wsproof
