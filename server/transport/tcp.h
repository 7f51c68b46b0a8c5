// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "server/transport/loop.h"
#include "server/transport/stream.h"

namespace wsproof {

struct ListenOptions {
  std::string host = "localhost";  ///< name or address, IPv4 or IPv6; empty: every address
  std::uint16_t port = 0;          ///< 0: the kernel chooses
  int backlog = 511;
  /// Other listeners of this program listen at the same port, and the kernel spreads connections
  /// among them (SO_REUSEPORT). That nobody else listens there is seen to by the first one.
  enum class Sharing : std::uint8_t { kNone, kFirst, kNext } sharing = Sharing::kNone;
};

/// Accepts TCP connections on every address that the host's name has. TCP_NODELAY is set on all.
/// When the process has no descriptor left, a connection is ended at once rather than left waiting;
/// those that exist are not touched.
class TcpListener {
 public:
  using Accept = std::function<void(std::unique_ptr<Stream>)>;

  /// Resolves, binds and listens, synchronously. The error names address and cause ("cannot listen
  /// on 127.0.0.1 port 80: permission denied"). Where port is 0 all addresses get the same port.
  [[nodiscard]] static tl::expected<std::unique_ptr<TcpListener>, TransportError> listen(
      Loop& loop, const ListenOptions& options, const Accept& on_accept);
  ~TcpListener();

  [[nodiscard]] std::uint16_t port() const;
  /// What is really bound: "127.0.0.1:8000", "[::1]:8000".
  [[nodiscard]] std::vector<std::string> addresses() const;
  /// Stops accepting; connections that exist live on.
  void close();

 private:
  TcpListener();
  struct State;
  std::unique_ptr<State> state_;
};

/// Connects to host and port, trying the name's addresses in turn; tells the outcome once, through
/// the loop and never from within the constructor. Destroying the connector cancels, and is allowed
/// from within `done`. A deadline is the owner's business.
class TcpConnector {
 public:
  using Done = std::function<void(tl::expected<std::unique_ptr<Stream>, TransportError>)>;
  TcpConnector(Loop& loop, std::string host, std::uint16_t port, Done done);
  ~TcpConnector();
  TcpConnector(const TcpConnector&) = delete;
  TcpConnector& operator=(const TcpConnector&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace wsproof
