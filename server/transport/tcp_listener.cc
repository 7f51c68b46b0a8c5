// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include <cerrno>
#include <new>
#include <utility>
#include <vector>

#include "server/transport/address.h"
#include "server/transport/tcp.h"
#include "server/transport/tcp_stream.h"
#include "server/transport/timer.h"

namespace wsproof {
namespace {

// Another program may hold, on one of the addresses, the port that the kernel chose on another.
constexpr int kPortAttempts = 32;
// Connections taken in one go, so that a flood of them does not keep the others waiting.
constexpr int kAcceptsAtOnce = 64;
// How long accepting rests when not even the spare descriptor helps.
constexpr Time kRest = std::chrono::milliseconds(100);

std::string describe(const std::string& where, std::uint16_t port, const TransportError& error) {
  return "cannot listen on " + (where.empty() ? "any address" : where) + " port " +
         std::to_string(port) + ": " + error.message;
}

/// An address family that this machine does not have: not an error while another one works.
bool is_absent(int code) { return code == UV_EAFNOSUPPORT || code == UV_EADDRNOTAVAIL; }

}  // namespace

struct TcpListener::State {
  /// One listening socket. Accepts by itself: libuv's own accepting never comes back once it has
  /// run out of descriptors and lost its spare one.
  class Core final : public HandleCore {
   public:
    Core(Loop& loop, State& owner)
        : loop_(loop), owner_(&owner), rest_(loop, [this] { watch_again(); }) {}

    [[nodiscard]] uv_handle_t* handle() override { return reinterpret_cast<uv_handle_t*>(&poll_); }

    /// 0 or libuv's error.
    int listen(const SocketAddress& address, const ListenOptions& options) {
      int status = 0;
      if (options.sharing == ListenOptions::Sharing::kFirst) {
        // Another program's socket that may be shared would be shared with: bound without
        // SO_REUSEPORT, this one is refused where anyone listens.
        status = bind(address, false);
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
      }
      if (status == 0) status = bind(address, options.sharing != ListenOptions::Sharing::kNone);
      if (status != 0) return status;
      if (::listen(socket_, options.backlog) != 0) return -errno;
      spare_ = open_spare();
      status = uv_poll_init(loop_.raw(), &poll_, socket_);
      if (status != 0) return status;
      opened();
      return watch();
    }

    [[nodiscard]] tl::expected<SocketAddress, int> bound() const {
      sockaddr_storage storage{};
      socklen_t size = sizeof(storage);
      auto* address = reinterpret_cast<sockaddr*>(&storage);
      if (getsockname(socket_, address, &size) != 0) return tl::unexpected(-errno);
      return SocketAddress(address);
    }

   private:
    ~Core() override = default;

    void before_close() override {
      owner_ = nullptr;
      rest_.stop();
      if (is_open()) uv_poll_stop(&poll_);
      for (int* descriptor : {&socket_, &spare_}) {
        if (*descriptor >= 0) ::close(std::exchange(*descriptor, -1));
      }
    }

    /// A socket of its own, 0 or libuv's error.
    int bind(const SocketAddress& address, bool shared) {
      socket_ = ::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      if (socket_ < 0) return -errno;
      const bool ipv6 = address.family() == AF_INET6;
      set_option(SOL_SOCKET, SO_REUSEADDR);
      if (shared) set_option(SOL_SOCKET, SO_REUSEPORT);
      // Without it, [::] would take 0.0.0.0 as well, which has a socket of its own.
      if (ipv6) set_option(IPPROTO_IPV6, IPV6_V6ONLY);
      // Accepted sockets inherit it: no call for each connection.
      set_option(IPPROTO_TCP, TCP_NODELAY);
      const socklen_t size = ipv6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
      return ::bind(socket_, address.get(), size) == 0 ? 0 : -errno;
    }

    void set_option(int level, int name) const {
      const int on = 1;
      setsockopt(socket_, level, name, &on, sizeof(on));
    }

    static int open_spare() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }

    int watch() {
      if (closing()) return 0;
      if (spare_ < 0) spare_ = open_spare();
      return uv_poll_start(&poll_, UV_READABLE, [](uv_poll_t* poll, int, int) {
        auto* core = static_cast<Core*>(HandleCore::of(reinterpret_cast<uv_handle_t*>(poll)));
        core->loop_.state().guard([core] { core->accept_some(); });
      });
    }

    void watch_again() {
      if (watch() != 0) rest_.start(kRest);
    }

    void accept_some() {
      // The owner may close the listener from within on_accept.
      for (int i = 0; i < kAcceptsAtOnce && owner_ != nullptr; ++i) {
        const int descriptor = ::accept4(socket_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor >= 0) {
          take(descriptor);
        } else if (errno == EAGAIN) {
          return;
        } else if (errno != ECONNABORTED && errno != EINTR && !turn_away()) {
          uv_poll_stop(&poll_);
          rest_.start(kRest);
          return;
        }
      }
    }

    /// Where there is no memory for it, this connection ends, and the others go on.
    void take(int descriptor) {
      try {
        HandleOwner<TcpCore> core(new TcpCore(loop_));
        if (core->usable() && uv_tcp_open(core->tcp(), descriptor) == 0) {
          descriptor = -1;
          owner_->on_accept(std::make_unique<TcpStream>(std::move(core)));
        }
      } catch (const std::bad_alloc&) {
      }
      if (descriptor >= 0) ::close(descriptor);
    }

    /// Out of descriptors: takes the connection with the spare one, only to end it. False where
    /// that does not help, and trying again at once would not either.
    bool turn_away() {
      if (spare_ < 0) return false;
      ::close(std::exchange(spare_, -1));
      const int descriptor = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
      const bool taken = descriptor >= 0 || errno == EAGAIN || errno == ECONNABORTED;
      if (descriptor >= 0) ::close(descriptor);
      spare_ = open_spare();
      return taken && spare_ >= 0;
    }

    uv_poll_t poll_{};
    Loop& loop_;
    State* owner_;
    int socket_ = -1;
    int spare_ = -1;
    Timer rest_;
  };

  State(Loop& its_loop, Accept accept) : loop(its_loop), on_accept(std::move(accept)) {}

  /// Opens all, or says which address failed.
  tl::expected<void, TransportError> open(std::vector<SocketAddress> wanted,
                                          const ListenOptions& options) {
    const bool any_port = wanted.front().port() == 0;
    std::uint16_t chosen = 0;
    TransportError absent;
    for (SocketAddress& address : wanted) {
      if (any_port) address.set_port(chosen);
      HandleOwner<Core> core(new Core(loop, *this));
      const int status = core->listen(address, options);
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
    Loop& loop, const ListenOptions& options, const Accept& on_accept) {
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
    auto opened = listener->state_->open(*wanted, options);
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
