// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/protocol/deflate.h"
#include "tests/failing/failing_program.h"
#include "tests/server/ws_client.h"

namespace wsproof::test {

/// What one client of a server in want has seen. A connection may end early, since that may be what
/// the failure costs; whatever does come has to be right.
class Visitor {
 public:
  explicit Visitor(std::uint16_t port);
  Visitor(std::uint16_t port, RawSocket socket);

  /// The opening handshake; false where the connection ended instead.
  bool open(std::string_view target, std::string_view lines = {});
  void send(std::string_view octets) { client_.socket.send(octets); }
  /// Exactly this frame comes next; false where the connection ended instead.
  bool hear(std::uint8_t opcode, std::string_view payload);
  /// A text, which may come compressed, with context takeover or without.
  bool hear_deflated(std::string_view text);
  /// The server's Close with this code.
  bool hear_close(std::uint16_t code);
  /// The closing handshake from our side, to the end of TCP.
  void leave();
  /// Answers the server's Close and waits for the end of TCP.
  void answer_close();
  /// The answer to a whole request of HTTP begins like this.
  void ask(std::string_view request, std::string_view answer);

  /// Connections of this thread that ended before they should have.
  static int cut_short;
  /// Whether to wait long for a server, and to complain of one that says nothing for so long.
  static bool patient;

 private:
  bool cut();
  void be_patient_or_not();

  WsClient client_;
  MessageInflater inflater_{15, false};
};

/// What happens to a server.
struct Script {
  std::string name;
  std::vector<std::string> flags;  ///< of wsproofd, besides host and port
  void (*play)(std::uint16_t port, const FailingProgram& server) = nullptr;
  bool fails_at_start = false;  ///< fail points are armed before main(), not once it listens
  bool ends_it = false;         ///< the server is told to end by the script
  bool over_tls = false;
  bool in_threads = false;  ///< that take a moment to start
  bool impatient = false;   ///< the server has deadlines that a busy machine misses
};

[[nodiscard]] const std::vector<Script>& scripts();

}  // namespace wsproof::test
