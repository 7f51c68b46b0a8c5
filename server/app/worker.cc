// SPDX-License-Identifier: Apache-2.0
#include "server/app/worker.h"

#include <algorithm>
#include <new>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "server/protocol/http_text.h"

namespace wsproof {

Worker::Worker(const ServerOptions& options, std::uint64_t first_id)
    : options_(options), drain_timer_(loop(), [this] { stop_now(); }), next_id_(first_id) {
  session.limits = options.limits;
  session.deflate = options.deflate;
  slow_receiver = options.slow_receiver;
  handshake.subprotocols = options.subprotocols;
  handshake.deflate = options.deflate;
  handshake.server_name = options.server_name;
  if (options.origins.empty()) return;
  handshake.allow_origin = [this](std::string_view origin) {
    return std::any_of(
        options_.origins.begin(), options_.origins.end(),
        [&](const std::string& welcome) { return equals_ignoring_case(welcome, origin); });
  };
}

Worker::~Worker() = default;

const TcpListener& Worker::listen(std::uint16_t port, ListenOptions::Sharing sharing,
                                  const TlsContext* tls) {
  auto listener = TcpListener::listen(
      loop(),
      {.host = options_.host, .port = port, .backlog = options_.backlog, .sharing = sharing},
      [this, tls](std::unique_ptr<Stream> stream) { accept(std::move(stream), tls); });
  if (!listener) throw std::runtime_error(listener.error().message);
  listeners_.push_back(std::move(*listener));
  return *listeners_.back();
}

void Worker::accept(std::unique_ptr<Stream> stream, const TlsContext* tls) {
  if (tls != nullptr) stream = tls->wrap_server(loop(), std::move(stream));
  // For its end, during which nothing may fail.
  if (ended_.capacity() <= connections_.size() + ended_.size()) {
    ended_.reserve(2 * (connections_.size() + ended_.size() + 1));
  }
  auto connection = std::make_unique<Connection>(*this, next_id_, std::move(stream));
  next_id_ += options_.threads;
  connection->place = connections_.size();
  connections_.push_back(std::move(connection));
  connections_.back()->begin();
}

void Worker::on_ended(Connection& connection) {
  const std::size_t place = connection.place;
  // It may be in the middle of a call: gone at the end of the tick.
  ended_.push_back(std::move(connections_[place]));
  clear_ended();
  if (place + 1 < connections_.size()) {
    connections_[place] = std::move(connections_.back());
    connections_[place]->place = place;
  }
  connections_.pop_back();
  stop_if_empty();
}

void Worker::clear_ended() {
  if (clear_is_due_) return;
  try {
    loop().defer([this] {
      clear_is_due_ = false;
      ended_.clear();
    });
    clear_is_due_ = true;
  } catch (const std::bad_alloc&) {
    // The next one that ends takes this one along.
  }
}

void Worker::begin_stop() {
  if (std::exchange(stopping_, true)) {
    stop_now();
    return;
  }
  for (const auto& listener : listeners_) listener->close();
  // By index and from the end: a connection that ends at once takes its place out of the list.
  for (std::size_t i = connections_.size(); i > 0; --i) {
    if (i <= connections_.size()) connections_[i - 1]->go_away();
  }
  drain_timer_.start(options_.drain_timeout);
  stop_if_empty();
}

void Worker::stop_now() {
  while (!connections_.empty()) connections_.back()->abandon();
  loop().stop();
}

void Worker::one_is_done() {
  --others_;
  stop_if_empty();
}

void Worker::stop_if_empty() {
  if (stopping_ && connections_.empty() && others_ == 0) loop().stop();
}

}  // namespace wsproof
