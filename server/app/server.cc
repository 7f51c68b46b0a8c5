// SPDX-License-Identifier: Apache-2.0
#include "server/app/server.h"

#include <algorithm>
#include <csignal>
#include <optional>
#include <stdexcept>
#include <utility>

#include "server/app/connection.h"
#include "server/app/routes.h"
#include "server/protocol/http_text.h"
#include "server/transport/signal_watcher.h"
#include "server/transport/tcp.h"
#include "server/transport/timer.h"
#include "server/transport/tls_context.h"

namespace wsproof {

class Server::Impl final : public ConnectionHost {
 public:
  explicit Impl(ServerOptions its_options)
      : options(std::move(its_options)), drain_timer_(loop(), [this] { stop_now(); }) {
    session.limits = options.limits;
    session.deflate = options.deflate;
    handshake.subprotocols = options.subprotocols;
    handshake.deflate = options.deflate;
    handshake.server_name = options.server_name;
    if (!options.origins.empty()) {
      handshake.allow_origin = [this](std::string_view origin) {
        return std::any_of(
            options.origins.begin(), options.origins.end(),
            [&](const std::string& welcome) { return equals_ignoring_case(welcome, origin); });
      };
    }
  }

  void listen() {
    if (!listeners_.empty()) return;
    if (options.tls.enabled() && !tls_) {
      auto made = options.tls.self_signed
                      ? TlsContext::self_signed({options.host})
                      : TlsContext::server(options.tls.certificate_file, options.tls.key_file);
      if (!made) throw std::runtime_error(made.error());
      tls_ = std::move(*made);
    }
    listen_also(options.port);
  }

  std::uint16_t listen_also(std::uint16_t port) {
    auto listener = TcpListener::listen(
        loop(), {.host = options.host, .port = port, .backlog = options.backlog},
        [this](std::unique_ptr<Stream> stream) { accept(std::move(stream)); });
    if (!listener) throw std::runtime_error(listener.error().message);
    listeners_.push_back(std::move(*listener));
    return listeners_.back()->port();
  }

  void run() {
    listen();
    loop().run();
    watchers_.clear();
  }

  void handle_signals() {
    for (const int signal : {SIGINT, SIGTERM}) {
      watchers_.push_back(
          std::make_unique<SignalWatcher>(loop(), signal, [this] { begin_stop(); }));
    }
  }

  /// The first call asks everyone to leave, the second does not wait for it.
  void begin_stop() {
    if (std::exchange(stopping_, true)) {
      stop_now();
      return;
    }
    for (const auto& listener : listeners_) listener->close();
    // By index and from the end: a connection that ends at once takes its place out of the list.
    for (std::size_t i = connections_.size(); i > 0; --i) {
      if (i <= connections_.size()) connections_[i - 1]->go_away();
    }
    drain_timer_.start(options.drain_timeout);
    stop_if_empty();
  }

  void on_ended(Connection& connection) override {
    const std::size_t place = connection.place;
    // It may be in the middle of a call: gone at the end of the tick.
    if (ended_.empty()) {
      loop().defer([this] { ended_.clear(); });
    }
    ended_.push_back(std::move(connections_[place]));
    if (place + 1 < connections_.size()) {
      connections_[place] = std::move(connections_.back());
      connections_[place]->place = place;
    }
    connections_.pop_back();
    stop_if_empty();
  }

  /// The one of listen(), or null.
  [[nodiscard]] const TcpListener* listener() const {
    return listeners_.empty() ? nullptr : listeners_.front().get();
  }
  [[nodiscard]] std::string certificate() const {
    return tls_ ? tls_->certificate() : std::string();
  }

  const ServerOptions options;

 private:
  void accept(std::unique_ptr<Stream> stream) {
    // The time for the request head covers TLS's handshake too: nothing else arrives before it.
    if (tls_) stream = tls_->wrap_server(loop(), std::move(stream));
    auto connection = std::make_unique<Connection>(*this, ++last_id_, std::move(stream));
    connection->place = connections_.size();
    connections_.push_back(std::move(connection));
  }

  void stop_now() {
    while (!connections_.empty()) connections_.back()->abandon();
    loop().stop();
  }

  void stop_if_empty() {
    if (stopping_ && connections_.empty()) loop().stop();
  }

  std::optional<TlsContext> tls_;
  std::vector<std::unique_ptr<TcpListener>> listeners_;
  std::vector<std::unique_ptr<SignalWatcher>> watchers_;
  Timer drain_timer_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Connection>> ended_;
  std::uint64_t last_id_ = 0;
  bool stopping_ = false;
};

Server::Server(ServerOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Server::~Server() = default;

void Server::on_message(MessageHandler handler) { impl_->routes().set_default(std::move(handler)); }
void Server::on_message(std::string path, MessageHandler handler) {
  impl_->routes().set_socket(std::move(path), std::move(handler));
}
void Server::on_open(OpenHandler handler) { impl_->on_open = std::move(handler); }
void Server::on_close(CloseHandler handler) { impl_->on_close = std::move(handler); }

void Server::serve_page(std::string path, std::string content_type, std::string body) {
  impl_->routes().set_page(std::move(path), {std::move(content_type), std::move(body)});
}

void Server::listen() { impl_->listen(); }

std::uint16_t Server::listen_also(std::uint16_t port) { return impl_->listen_also(port); }

std::uint16_t Server::port() const {
  return impl_->listener() != nullptr ? impl_->listener()->port() : std::uint16_t{0};
}

std::vector<std::string> Server::addresses() const {
  return impl_->listener() != nullptr ? impl_->listener()->addresses() : std::vector<std::string>{};
}

std::string Server::certificate() const { return impl_->certificate(); }

void Server::run() { impl_->run(); }

void Server::stop() {
  impl_->loop().post([impl = impl_.get()] { impl->begin_stop(); });
}

void Server::handle_signals() { impl_->handle_signals(); }

}  // namespace wsproof
