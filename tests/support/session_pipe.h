// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "server/protocol/session.h"
#include "tests/support/counting_random.h"
#include "tests/support/exact_buffer.h"
#include "tests/support/session_log.h"

namespace wsproof::test {

/// A server's and a client's session back to back. What one writes reaches the other in pieces of
/// `chop` octets; the end of TCP follows when all before it has arrived.
class SessionPipe {
 public:
  struct Setup {
    std::size_t chop = 65'536;
    Limits limits{};
    std::optional<DeflateParameters> deflate{};
  };

  struct End {
    End(Role role, const SessionOptions& options, const Setup& setup, Time now)
        : log(role, setup.deflate.has_value()), session(role, options, log, setup.deflate, now) {}

    SessionLog log;
    Session session;
    std::string outgoing;
    std::size_t passed = 0;  ///< octets of `outgoing` that have reached the other
    bool ended = false;      ///< the other has been told of the end of TCP
  };

  explicit SessionPipe(const Setup& setup)
      : setup_(setup),
        options_{.limits = setup.limits, .random = &random_},
        server(Role::kServer, options_, setup_, now),
        client(Role::kClient, options_, setup_, now) {}

  /// Passes octets and ends to and fro until nothing moves any more.
  void pump() {
    while (pass(server, client) || pass(client, server)) continue;
  }

  /// Lets time pass for both.
  void advance(std::chrono::milliseconds time) {
    now += time;
    server.session.advance(now);
    client.session.advance(now);
  }

 private:
  // One piece, or the end.
  bool pass(End& from, End& to) {
    if (from.passed == from.outgoing.size()) {
      from.outgoing = from.log.take_written();
      from.passed = 0;
    }
    if (from.passed < from.outgoing.size()) {
      ExactBuffer piece(std::string_view(from.outgoing).substr(from.passed, setup_.chop));
      from.passed += piece.size();
      to.session.receive(piece.bytes(), now);
      return true;
    }
    if (from.ended || !(from.log.is_shut_down() || from.log.times_closed() > 0)) return false;
    from.ended = true;
    to.session.receive_eof(now);
    return true;
  }

  Setup setup_;
  CountingRandom random_;
  SessionOptions options_;

 public:
  Time now{std::chrono::seconds{1000}};
  End server;
  End client;
};

}  // namespace wsproof::test
