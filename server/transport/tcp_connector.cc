// SPDX-License-Identifier: Apache-2.0
#include <netdb.h>
#include <uv.h>

#include <array>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "server/transport/address.h"
#include "server/transport/tcp.h"
#include "server/transport/tcp_stream.h"

namespace wsproof {
namespace {

/// Host as a number: no resolver is needed, and so no thread.
std::optional<SocketAddress> parse_address(const std::string& host, std::uint16_t port) {
  sockaddr_in v4{};
  if (uv_ip4_addr(host.c_str(), port, &v4) == 0) {
    return SocketAddress(reinterpret_cast<const sockaddr*>(&v4));
  }
  sockaddr_in6 v6{};
  if (uv_ip6_addr(host.c_str(), port, &v6) == 0) {
    return SocketAddress(reinterpret_cast<const sockaddr*>(&v6));
  }
  return std::nullopt;
}

}  // namespace

/// Lives as long as the connector or a request of libuv's needs it.
struct TcpConnector::State : std::enable_shared_from_this<TcpConnector::State> {
  /// One request of libuv's, which keeps the state alive until its callback.
  template <typename Request>
  struct Pending {
    Request request{};
    std::shared_ptr<State> state;
  };

  State(Loop& its_loop, std::string its_host, std::uint16_t its_port, Done its_done)
      : loop(its_loop), host(std::move(its_host)), port(its_port), done(std::move(its_done)) {}

  void begin() {
    if (const auto address = parse_address(host, port)) {
      addresses.push_back(*address);
      next();
      return;
    }
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    auto* pending = new Pending<uv_getaddrinfo_t>{{}, shared_from_this()};
    pending->request.data = pending;
    const int status = uv_getaddrinfo(
        loop.raw(), &pending->request,
        [](uv_getaddrinfo_t* request, int result, addrinfo* list) {
          const std::unique_ptr<Pending<uv_getaddrinfo_t>> self(
              static_cast<Pending<uv_getaddrinfo_t>*>(request->data));
          State& state = *self->state;
          state.loop.state().guard([&] { state.resolved(result, list); });
          uv_freeaddrinfo(list);
        },
        host.c_str(), std::to_string(port).c_str(), &hints);
    if (status != 0) {
      delete pending;
      fail(status);
    }
  }

  void resolved(int status, const addrinfo* list) {
    if (status == 0) {
      addresses = addresses_of(list);
      if (addresses.empty()) status = UV_EAI_NODATA;
    }
    if (status != 0) {
      fail(status);
    } else {
      next();
    }
  }

  /// Tries the next address; without one, tells the last error.
  void next() {
    if (!done) return;
    if (tried == addresses.size()) {
      fail(last_error);
      return;
    }
    const SocketAddress& address = addresses[tried++];
    core.emplace(new TcpCore(loop));
    int status = UV_ENOMEM;
    if ((*core)->usable()) {
      auto pending = std::make_unique<Pending<uv_connect_t>>();
      pending->state = shared_from_this();
      pending->request.data = pending.get();
      status = uv_tcp_connect(&pending->request, (*core)->tcp(), address.get(),
                              [](uv_connect_t* request, int result) {
                                const std::unique_ptr<Pending<uv_connect_t>> self(
                                    static_cast<Pending<uv_connect_t>*>(request->data));
                                State& state = *self->state;
                                state.loop.state().guard([&] { state.connected(result); });
                              });
      if (status == 0) static_cast<void>(pending.release());
    }
    if (status != 0) {
      last_error = status;
      next();
    }
  }

  void connected(int status) {
    if (!done) return;
    if (status != 0) {
      last_error = status;
      core.reset();
      next();
      return;
    }
    uv_tcp_nodelay((*core)->tcp(), 1);
    auto stream = std::make_unique<TcpStream>(std::move(*core));
    core.reset();
    tell(std::unique_ptr<Stream>(std::move(stream)));
  }

  void fail(int status) {
    TransportError error = transport_error(status);
    error.message =
        "cannot connect to " + host + " port " + std::to_string(port) + ": " + error.message;
    core.reset();
    tell(tl::unexpected(std::move(error)));
  }

  void tell(tl::expected<std::unique_ptr<Stream>, TransportError> outcome) {
    if (!done || loop.state().ending) return;
    // The owner may destroy the connector, and with it `done`, from within the call.
    const Done call = std::exchange(done, nullptr);
    call(std::move(outcome));
  }

  Loop& loop;
  std::string host;
  std::uint16_t port;
  Done done;  // empty: told, or cancelled
  std::vector<SocketAddress> addresses;
  std::size_t tried = 0;
  int last_error = UV_EADDRNOTAVAIL;
  std::optional<HandleOwner<TcpCore>> core;
};

TcpConnector::TcpConnector(Loop& loop, std::string host, std::uint16_t port, Done done)
    : state_(std::make_shared<State>(loop, std::move(host), port, std::move(done))) {
  // A first failure may be known at once; it is told later all the same.
  loop.defer([state = state_] {
    if (state->done) state->begin();
  });
}

TcpConnector::~TcpConnector() {
  state_->done = nullptr;
  state_->core.reset();
}

}  // namespace wsproof
