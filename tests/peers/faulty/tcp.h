// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/peers/faulty/endpoint.h"
#include "tests/peers/faulty/faults.h"

namespace wsproof::faulty {

/// A file descriptor with an owner.
class Socket {
 public:
  explicit Socket(int fd = -1) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept;
  ~Socket();
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

/// An endpoint with a socket under it.
class Connection {
 public:
  Connection(Socket socket, EndpointOptions options);

  [[nodiscard]] int fd() const { return socket_.fd(); }
  [[nodiscard]] short wanted() const;  ///< the events to poll for
  /// Milliseconds until tick() has something to do; -1: never.
  [[nodiscard]] int timeout() const;
  void on_events(short events);
  void tick();
  [[nodiscard]] bool over() const { return over_; }

 private:
  void read();
  void write();

  Socket socket_;
  Endpoint endpoint_;
  std::string output_;
  bool half_closed_ = false;
  bool over_ = false;
};

/// Any number of connections at 127.0.0.1, each with an endpoint of its own. Throws
/// std::runtime_error where the system does not allow it.
class Server {
 public:
  Server(Faults faults, int port);

  [[nodiscard]] int port() const { return port_; }
  /// Serves until the program is ended.
  [[noreturn]] void run();

 private:
  Faults faults_;
  Socket listener_;
  int port_ = 0;
  std::vector<std::unique_ptr<Connection>> connections_;
};

/// Connects to ws://HOST:PORT/PATH, HOST an IPv4 address or localhost, and echoes until the
/// connection is over.
void run_client(Faults faults, const std::string& url);

}  // namespace wsproof::faulty
