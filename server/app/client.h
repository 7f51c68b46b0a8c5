// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/app/server.h"
#include "server/protocol/limits.h"
#include "server/protocol/session.h"
#include "server/transport/tls_context.h"

namespace wsproof {

class Loop;

struct WebSocketClientOptions {
  std::string host = "localhost";
  std::uint16_t port = 80;     ///< 443 is usual with TLS
  std::string resource = "/";  ///< path and query
  std::string host_field;  ///< the value of Host; empty: host, with the port where it is unusual
  std::string origin;      ///< empty: none
  std::string user_agent = "wsproof";
  std::vector<std::string> subprotocols;
  DeflateOptions deflate;
  Limits limits;
  /// From TlsContext::client(), which says whom to trust; many clients may share one. Nothing:
  /// plain TCP.
  std::optional<TlsContext> tls;
  std::string server_name;  ///< what the certificate must be for, and SNI; empty: host
};

/// One connection to a WebSocket server, on a libuv loop that others may share. Messages come and
/// go; pings, the closing handshake, limits and deadlines are its own business.
///
/// Handlers run in the loop's thread. A handler may call send() and close(), and may destroy the
/// client from on_close only.
class WebSocketClient {
 public:
  /// Connects; nothing is told from within the constructor. `loop` outlives the client. Throws
  /// std::invalid_argument where no legal request can be made of the options.
  WebSocketClient(Loop& loop, WebSocketClientOptions options);
  /// Ends TCP at once where the connection is still there; no handler is called.
  ~WebSocketClient();
  WebSocketClient(const WebSocketClient&) = delete;
  WebSocketClient& operator=(const WebSocketClient&) = delete;

  /// Set before the loop runs on. The opening handshake is done.
  void on_open(std::function<void()> handler);
  /// The octets are valid until the handler returns.
  void on_message(std::function<void(Message)> handler);
  /// Called once, whatever happened. `failure` says why the connection never opened ("cannot
  /// connect to localhost port 80: connection refused"); it is empty where it did.
  void on_close(std::function<void(const CloseInfo& info, const std::string& failure)> handler);

  /// False where it is not open.
  bool send(std::string_view text);
  bool send(MessageKind kind, Bytes payload);
  /// Starts the closing handshake; false where it is not open or the code may not be sent.
  bool close(std::uint16_t code, std::string_view reason);

  [[nodiscard]] bool is_open() const;
  /// Octets that were sent and wait for the server to read.
  [[nodiscard]] std::size_t pending() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wsproof
