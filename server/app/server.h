// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/app/slow_receiver.h"
#include "server/protocol/bytes.h"
#include "server/protocol/limits.h"
#include "server/protocol/session.h"

namespace wsproof {

/// A received message. The octets belong to the server and are valid until the handler returns.
class Message {
 public:
  Message(MessageKind kind, Bytes payload) : kind_(kind), payload_(payload) {}
  [[nodiscard]] bool is_text() const { return kind_ == MessageKind::kText; }
  [[nodiscard]] MessageKind kind() const { return kind_; }
  [[nodiscard]] std::string_view text() const { return as_text(payload_); }
  [[nodiscard]] Bytes bytes() const { return payload_; }

 private:
  MessageKind kind_;
  Bytes payload_;
};

/// ASCII letters to upper case; other octets, and so UTF-8, stay as they are.
[[nodiscard]] std::string upper(std::string_view text);

/// Key and certificate, from PEM files or made at listen(). Without either the server speaks plain
/// TCP.
struct TlsOptions {
  std::string certificate_file;  ///< with the chain behind it, where there is one
  std::string key_file;
  bool self_signed = false;  ///< for trying things out: nobody but itself vouches for it
  [[nodiscard]] bool enabled() const { return self_signed || !certificate_file.empty(); }
};

struct ServerOptions {
  std::string host = "localhost";
  std::uint16_t port = 0;
  int backlog = 511;
  Limits limits;
  DeflateOptions deflate;
  TlsOptions tls;
  std::string server_name = "wsproof";  ///< the Server field of every answer; empty: none
  std::vector<std::string> subprotocols;
  std::vector<std::string> origins;                ///< allowed values of Origin; empty: all
  std::chrono::milliseconds drain_timeout{3'000};  ///< how long stop() waits for Close answers
  SlowReceiver slow_receiver = SlowReceiver::kDropConnection;
  unsigned threads = 1;  ///< loops, each with a thread of its own and a share of the connections
};

/// One open connection, as a handler sees it. Valid during the handler's call.
class Client {
 public:
  virtual ~Client() = default;
  virtual void send(std::string_view text) = 0;
  virtual void send(MessageKind kind, Bytes payload) = 0;
  /// Sends to everyone online on this route, this client included. Encoded once. What one client
  /// broadcasts reaches all in that order; across threads, two clients' may change places.
  virtual void broadcast(std::string_view text) = 0;
  virtual void broadcast(MessageKind kind, Bytes payload) = 0;
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
  [[nodiscard]] virtual std::uint64_t id() const = 0;
  [[nodiscard]] virtual std::string_view path() const = 0;
  [[nodiscard]] virtual std::string_view subprotocol() const = 0;
};

/// A WebSocket server on libuv, and the public face of the library. Handlers are set before run()
/// and run in its thread; with ServerOptions::threads above 1 they run in all of the threads, those
/// for one client always in the same. One that throws fails its own client: it is closed with 1011.
/// Memory that runs out costs the connection that needed it; where not even its end can be managed,
/// run() throws std::bad_alloc.
class Server {
 public:
  explicit Server(ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  using MessageHandler = std::function<void(Client&, Message)>;
  using OpenHandler = std::function<void(Client&)>;
  using CloseHandler = std::function<void(Client&, const CloseInfo&)>;

  /// For every path that no other handler is set for, and for one path.
  void on_message(const MessageHandler& handler);
  void on_message(const std::string& path, const MessageHandler& handler);
  void on_open(const OpenHandler& handler);
  void on_close(const CloseHandler& handler);

  /// Answers GET and HEAD on this path with these octets.
  void serve_page(const std::string& path, const std::string& content_type,
                  const std::string& body);

  /// Binds and listens; throws std::runtime_error with one clear sentence. run() does it when it
  /// was not done before.
  void listen();
  /// Listens at another port of the same host too, with the same handlers and pages, after
  /// listen(). Returns the port really bound. Throws as listen() does; what listens already is not
  /// touched.
  std::uint16_t listen_also(std::uint16_t port);
  /// The port really bound by listen(), 0 before it.
  [[nodiscard]] std::uint16_t port() const;
  /// The addresses really bound by listen(): "127.0.0.1:8000", "[::1]:8000".
  [[nodiscard]] std::vector<std::string> addresses() const;
  /// The certificate that it shows, as PEM; empty before listen() and without TLS.
  [[nodiscard]] std::string certificate() const;

  /// Serves until stop(), or until SIGINT or SIGTERM where handle_signals() was called. Throws what
  /// serving cannot go on after.
  void run();
  /// Stops accepting, closes everyone with 1001, ends run() when all have answered or after the
  /// drain timeout; a second call ends at once. May be called from any thread and from handlers.
  void stop();
  /// What slow receivers have cost; after run() has returned.
  [[nodiscard]] SlowReceiverCounts slow_receivers() const;
  /// SIGINT and SIGTERM call stop() from now until run() has returned.
  void handle_signals();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wsproof
