// SPDX-License-Identifier: Apache-2.0
#include "server/app/server.h"

#include <algorithm>
#include <csignal>
#include <exception>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "server/app/worker.h"
#include "server/transport/signal_watcher.h"
#include "server/transport/tcp.h"
#include "server/transport/tls_context.h"

namespace wsproof {

namespace {

ServerOptions at_least_one_thread(ServerOptions options) {
  options.threads = std::max(options.threads, 1U);
  return options;
}

}  // namespace

class Server::Impl {
 public:
  explicit Impl(ServerOptions its_options) : options(at_least_one_thread(std::move(its_options))) {
    for (unsigned i = 0; i < options.threads; ++i) {
      workers.push_back(std::make_unique<Worker>(options, i + 1));
    }
  }

  /// `set` makes the same route for each worker; together they are one room.
  template <typename Set>
  void set_route(Set set) {
    std::vector<Room*> rooms;
    for (const auto& worker : workers) rooms.push_back(&set(worker->routes()).room);
    for (Room* room : rooms) {
      std::vector<Room*> siblings = rooms;
      siblings.erase(std::find(siblings.begin(), siblings.end(), room));
      room->set_siblings(std::move(siblings));
    }
  }

  void listen() {
    if (listener_ != nullptr) return;
    if (options.tls.enabled() && !tls_) {
      auto made = options.tls.self_signed
                      ? TlsContext::self_signed({options.host})
                      : TlsContext::server(options.tls.certificate_file, options.tls.key_file);
      if (!made) throw std::runtime_error(made.error());
      tls_ = std::move(*made);
    }
    listener_ = &listen_everywhere(options.port);
  }

  const TcpListener& listen_everywhere(std::uint16_t port) {
    using Sharing = ListenOptions::Sharing;
    const TlsContext* tls = tls_ ? &*tls_ : nullptr;
    const TcpListener& first =
        workers.front()->listen(port, workers.size() > 1 ? Sharing::kFirst : Sharing::kNone, tls);
    for (std::size_t i = 1; i < workers.size(); ++i) {
      workers[i]->listen(first.port(), Sharing::kNext, tls);
    }
    return first;
  }

  void run() {
    listen();
    std::vector<std::thread> threads;
    Worker& first = *workers.front();
    // What ends one of the threads ends all of them, and is thrown here.
    run_or_interrupt([&] {
      // The first also hears signals, and so has to be there as long as any other.
      first.wait_for(workers.size() - 1);
      threads.reserve(workers.size() - 1);
      for (std::size_t i = 1; i < workers.size(); ++i) {
        threads.push_back(start_thread([this, worker = workers[i].get(), &first] {
          run_or_interrupt([&] {
            worker->run();
            first.loop().post([&first] { first.one_is_done(); });
          });
        }));
      }
      first.run();
    });
    for (std::thread& thread : threads) thread.join();
    watchers_.clear();
    if (failure_ != nullptr) std::rethrow_exception(std::exchange(failure_, nullptr));
  }

  template <typename Work>
  static std::thread start_thread(Work work) {
    try {
      return std::thread(std::move(work));
    } catch (const std::system_error& error) {
      throw std::runtime_error(std::string("cannot start a thread: ") + error.what());
    }
  }

  template <typename Work>
  void run_or_interrupt(Work work) noexcept {
    try {
      work();
    } catch (...) {
      const std::lock_guard lock(failure_mutex_);
      if (failure_ == nullptr) failure_ = std::current_exception();
      for (const auto& worker : workers) worker->loop().interrupt();
    }
  }

  void handle_signals() {
    for (const int signal : {SIGINT, SIGTERM}) {
      watchers_.push_back(
          std::make_unique<SignalWatcher>(workers.front()->loop(), signal, [this] { stop(); }));
    }
  }

  void stop() {
    for (const auto& worker : workers) {
      worker->loop().post([to = worker.get()] { to->begin_stop(); });
    }
  }

  /// The one of listen(), or null.
  [[nodiscard]] const TcpListener* listener() const { return listener_; }
  [[nodiscard]] std::string certificate() const {
    return tls_ ? tls_->certificate() : std::string();
  }

  const ServerOptions options;

 private:
  std::optional<TlsContext> tls_;  // outlives the workers, that accept with it

 public:
  std::vector<std::unique_ptr<Worker>> workers;

 private:
  std::vector<std::unique_ptr<SignalWatcher>> watchers_;
  const TcpListener* listener_ = nullptr;
  std::mutex failure_mutex_;
  std::exception_ptr failure_;  // guarded by failure_mutex_ while threads run
};

Server::Server(ServerOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Server::~Server() = default;

void Server::on_message(const MessageHandler& handler) {
  impl_->set_route([&](Routes & routes) -> auto& { return routes.set_default(handler); });
}
void Server::on_message(const std::string& path, const MessageHandler& handler) {
  impl_->set_route([&](Routes & routes) -> auto& { return routes.set_socket(path, handler); });
}
void Server::on_open(const OpenHandler& handler) {
  for (const auto& worker : impl_->workers) worker->on_open = handler;
}
void Server::on_close(const CloseHandler& handler) {
  for (const auto& worker : impl_->workers) worker->on_close = handler;
}

void Server::serve_page(const std::string& path, const std::string& content_type,
                        const std::string& body) {
  for (const auto& worker : impl_->workers) worker->routes().set_page(path, {content_type, body});
}

void Server::listen() { impl_->listen(); }

std::uint16_t Server::listen_also(std::uint16_t port) {
  return impl_->listen_everywhere(port).port();
}

std::uint16_t Server::port() const {
  return impl_->listener() != nullptr ? impl_->listener()->port() : std::uint16_t{0};
}

std::vector<std::string> Server::addresses() const {
  return impl_->listener() != nullptr ? impl_->listener()->addresses() : std::vector<std::string>{};
}

std::string Server::certificate() const { return impl_->certificate(); }

void Server::run() { impl_->run(); }

void Server::stop() { impl_->stop(); }

SlowReceiverCounts Server::slow_receivers() const {
  SlowReceiverCounts sum;
  for (const auto& worker : impl_->workers) sum += worker->slow_receivers;
  return sum;
}

void Server::handle_signals() { impl_->handle_signals(); }

}  // namespace wsproof
