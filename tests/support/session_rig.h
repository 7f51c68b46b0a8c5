// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "server/protocol/session.h"
#include "tests/support/counting_random.h"
#include "tests/support/peer_frames.h"
#include "tests/support/session_log.h"
#include "tests/support/splits.h"

namespace wsproof::test {

inline constexpr Role other(Role role) {
  return role == Role::kServer ? Role::kClient : Role::kServer;
}

/// One session on a bench: what the peer sends is given, what the session does stands in the log,
/// time passes when the test says so.
class SessionRig {
 public:
  struct Setup {
    Limits limits{};
    std::optional<DeflateParameters> deflate{};
    DeflateOptions deflate_options{};
  };

  explicit SessionRig(Role role) : SessionRig(role, Setup{}) {}
  SessionRig(Role role, const Setup& setup)
      : peer(other(role)),
        log(role, setup.deflate.has_value()),
        options{.limits = setup.limits, .deflate = setup.deflate_options, .random = &random},
        session(role, options, log, setup.deflate, now) {}

  void receive(std::string_view octets) {
    ExactBuffer buffer(octets);
    session.receive(buffer.bytes(), now);
  }
  void receive(Pieces pieces) {
    for (ExactBuffer& piece : pieces) session.receive(piece.bytes(), now);
  }
  void eof() { session.receive_eof(now); }
  void pass(std::chrono::milliseconds time) {
    now += time;
    session.advance(now);
  }
  bool send(std::string_view text) { return session.send(MessageKind::kText, as_bytes(text)); }
  bool close(std::uint16_t code, std::string_view reason = "") {
    return session.close(code, reason, now);
  }
  /// What has happened since the last call.
  void expect(std::string_view events) { EXPECT_EQ(log.take(), events); }

  PeerFrames peer;
  CountingRandom random;
  SessionLog log;
  SessionOptions options;
  Time now{std::chrono::seconds{1000}};
  Session session;
};

/// Gives `input` to a session of each role, whole and cut at every place; the log is to be `events`
/// each time. In `events`, "shutdown if server" stands for what only a server does.
inline void expect_events(const SessionRig::Setup& setup,
                          const std::function<std::string(PeerFrames&)>& input,
                          std::string_view events) {
  constexpr std::string_view kIfServer = "shutdown if server\n";
  for (const Role role : {Role::kServer, Role::kClient}) {
    SCOPED_TRACE(role == Role::kServer ? "as server" : "as client");
    std::string expected(events);
    if (const auto at = expected.find(kIfServer); at != std::string::npos) {
      expected.replace(at, kIfServer.size(), role == Role::kServer ? "shutdown\n" : "");
    }
    PeerFrames peer(other(role));
    for_every_split(input(peer), [&](Pieces pieces) {
      SessionRig rig(role, setup);
      rig.receive(std::move(pieces));
      rig.expect(expected);
    });
  }
}
inline void expect_events(const std::function<std::string(PeerFrames&)>& input,
                          std::string_view events) {
  expect_events({}, input, events);
}

}  // namespace wsproof::test
