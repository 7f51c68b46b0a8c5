// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>
#include <uv.h>

#include <utility>
#include <vector>

#include "server/transport/address.h"
#include "server/transport/tcp.h"
#include "server/transport/tcp_stream.h"

namespace wsproof {
namespace {

// Another program may hold, on one of the addresses, the port that the kernel chose on another.
constexpr int kPortAttempts = 32;

std::string describe(const std::string& where, std::uint16_t port, const TransportError& error) {
  return "cannot listen on " + (where.empty() ? "any address" : where) + " port " +
         std::to_string(port) + ": " + error.message;
}

/// An address family that this machine does not have: not an error while another one works.
bool is_absent(int code) { return code == UV_EAFNOSUPPORT || code == UV_EADDRNOTAVAIL; }

}  // namespace

struct TcpListener::State {
  /// One listening socket.
  class Core final : public HandleCore {
   public:
    Core(Loop& loop, State& owner) : loop_(loop), owner_(&owner) {}

    [[nodiscard]] uv_handle_t* handle() override { return reinterpret_cast<uv_handle_t*>(&tcp_); }

    /// 0 or libuv's error.
    int listen(const SocketAddress& address, int backlog) {
      int status = uv_tcp_init_ex(loop_.raw(), &tcp_, static_cast<unsigned int>(address.family()));
      if (status != 0) return status;
      opened();
      // Without it, [::] would take 0.0.0.0 as well, which has a socket of its own.
      unsigned int flags = 0;
      if (address.family() == AF_INET6) flags |= UV_TCP_IPV6ONLY;
      status = uv_tcp_bind(&tcp_, address.get(), flags);
      // Accepted sockets inherit it: no call for each connection.
      if (status == 0) status = uv_tcp_nodelay(&tcp_, 1);
      if (status == 0) {
        status = uv_listen(reinterpret_cast<uv_stream_t*>(&tcp_), backlog,
                           [](uv_stream_t* stream, int result) {
                             auto* handle = reinterpret_cast<uv_handle_t*>(stream);
                             static_cast<Core*>(HandleCore::of(handle))->connected(result);
                           });
      }
      return status;
    }

    [[nodiscard]] tl::expected<SocketAddress, int> bound() const {
      sockaddr_storage storage{};
      int size = sizeof(storage);
      const int status = uv_tcp_getsockname(&tcp_, reinterpret_cast<sockaddr*>(&storage), &size);
      if (status != 0) return tl::unexpected(status);
      return SocketAddress(reinterpret_cast<const sockaddr*>(&storage));
    }

   private:
    ~Core() override = default;
    void before_close() override { owner_ = nullptr; }

    void connected(int status) {
      // Out of descriptors: libuv has used its spare one to take the connection and end it at
      // once. A peer that was gone before it was accepted is no event either.
      if (status != 0 || owner_ == nullptr) return;
      HandleOwner<TcpCore> core(new TcpCore(loop_));
      if (uv_accept(reinterpret_cast<uv_stream_t*>(&tcp_), core->stream()) != 0) return;
      owner_->on_accept(std::make_unique<TcpStream>(std::move(core)));
    }

    uv_tcp_t tcp_{};
    Loop& loop_;
    State* owner_;
  };

  State(Loop& its_loop, Accept accept) : loop(its_loop), on_accept(std::move(accept)) {}

  /// Opens all, or says which address failed.
  tl::expected<void, TransportError> open(std::vector<SocketAddress> wanted, int backlog) {
    const bool any_port = wanted.front().port() == 0;
    std::uint16_t chosen = 0;
    TransportError absent;
    for (SocketAddress& address : wanted) {
      if (any_port) address.set_port(chosen);
      HandleOwner<Core> core(new Core(loop, *this));
      const int status = core->listen(address, backlog);
      if (status != 0) {
        TransportError error = transport_error(status);
        error.message = describe(address.host(), address.port(), error);
        if (!is_absent(status)) return tl::unexpected(std::move(error));
        absent = std::move(error);
        continue;
      }
      const auto bound = core->bound();
      if (!bound) return tl::unexpected(transport_error(bound.error()));
      chosen = bound->port();
      addresses.push_back(*bound);
      cores.push_back(std::move(core));
    }
    if (cores.empty()) return tl::unexpected(std::move(absent));
    return {};
  }

  Loop& loop;
  Accept on_accept;
  std::vector<HandleOwner<Core>> cores;
  std::vector<SocketAddress> addresses;
};

TcpListener::TcpListener() = default;
TcpListener::~TcpListener() = default;

tl::expected<std::unique_ptr<TcpListener>, TransportError> TcpListener::listen(
    Loop& loop, const ListenOptions& options, Accept on_accept) {
  auto wanted = resolve(options.host, options.port);
  if (!wanted) {
    wanted.error().message = describe(options.host, options.port, wanted.error());
    return tl::unexpected(std::move(wanted.error()));
  }
  if (wanted->empty()) {
    TransportError error = transport_error(UV_EADDRNOTAVAIL);
    error.message = describe(options.host, options.port, error);
    return tl::unexpected(std::move(error));
  }
  std::unique_ptr<TcpListener> listener(new TcpListener);
  for (int attempt = 1;; ++attempt) {
    listener->state_ = std::make_unique<State>(loop, on_accept);
    auto opened = listener->state_->open(*wanted, options.backlog);
    if (opened) return listener;
    const bool try_again =
        options.port == 0 && opened.error().code == UV_EADDRINUSE && attempt < kPortAttempts;
    if (!try_again) return tl::unexpected(std::move(opened.error()));
  }
}

std::uint16_t TcpListener::port() const { return state_->addresses.front().port(); }

std::vector<std::string> TcpListener::addresses() const {
  std::vector<std::string> texts;
  for (const SocketAddress& address : state_->addresses) texts.push_back(address.text());
  return texts;
}

void TcpListener::close() { state_->cores.clear(); }

}  // namespace wsproof
