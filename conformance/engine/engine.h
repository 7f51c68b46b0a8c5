// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/catalogue/case.h"
#include "conformance/engine/result.h"
#include "server/protocol/bytes.h"
#include "server/protocol/random.h"

namespace wsproof::conformance {

/// How waits are spent: kPing ends a wait as soon as the peer has proven, by a pong, that it has
/// processed what came before; kWait keeps the case's own times exactly.
enum class Settle : std::uint8_t { kPing, kWait };

struct EngineOptions {
  Role peer = Role::kServer;       ///< the role of the endpoint under test
  std::string host = "localhost";  ///< for the Host field
  std::string resource = "/";      ///< request target
  std::string origin;              ///< empty: none
  std::vector<std::string> subprotocols;
  Settle settle = Settle::kPing;
  Duration open_timeout{5'000};  ///< for the opening handshake
  /// For the answer to a Close, and again for the end of TCP behind it: Autobahn's own limits.
  Duration close_timeout{1'000};
  /// Hard end of a case. One that gives the peer longer has its own time on top, but ends when the
  /// peer says nothing for so long.
  Duration case_timeout{60'000};
  std::string server_name = "wsproof";  ///< Server or User-Agent field of the tester
  RandomSource* random = nullptr;       ///< null: secure_random()
};

/// What the driver of an engine must do next, in order.
struct Action {
  enum class Kind : std::uint8_t {
    kWrite,      ///< write the octets, as one segment of its own
    kHalfClose,  ///< FIN
    kReset,      ///< RST, and the connection is gone
    kClose,      ///< close TCP
  };
  Kind kind = Kind::kWrite;
  std::string octets;
};

/// Runs one case over one connection, as the peer of the endpoint under test: as a client against a
/// server, as a server against a client. No sockets and no clock: the driver tells what happened
/// and when, takes actions, and calls on_time() at next_deadline(). A case ends the moment its
/// verdict is certain. The observer never fails the connection unless the case says so; it writes
/// down all that it saw.
class Engine {
 public:
  /// `test_case` and `options` outlive the engine.
  Engine(const Case& test_case, const EngineOptions& options);
  ~Engine();

  /// TCP is connected (or accepted).
  void on_connected(Time now);
  void on_bytes(Bytes bytes, Time now);
  void on_eof(Time now);
  /// TCP was lost: reset, or an error in writing.
  void on_lost(std::string_view reason, Time now);
  void on_time(Time now);
  /// The run is being ended from outside: the case gets a verdict from what was seen so far.
  void abandon(std::string_view reason, Time now);

  [[nodiscard]] std::vector<Action> take_actions();
  /// Octets of the messages sent, before compression: what a peer that echoes may send back.
  [[nodiscard]] std::uint64_t application_octets_sent() const;
  [[nodiscard]] std::optional<Time> next_deadline() const;
  /// No more input is needed; pending actions still stand.
  [[nodiscard]] bool done() const;
  /// Valid once done().
  [[nodiscard]] CaseResult result() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wsproof::conformance
