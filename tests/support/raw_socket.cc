// SPDX-License-Identifier: Apache-2.0
#include "tests/support/raw_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace wsproof::test {
namespace {

template <typename Value>
void set_option(int descriptor, int level, int name, const Value& value) {
  setsockopt(descriptor, level, name, &value, sizeof(value));
}

}  // namespace

RawSocket::RawSocket(bool ipv6)
    : descriptor_(::socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), ipv6_(ipv6) {
  const timeval patience{10, 0};
  set_option(descriptor_, SOL_SOCKET, SO_RCVTIMEO, patience);
  set_option(descriptor_, SOL_SOCKET, SO_SNDTIMEO, patience);
  set_option(descriptor_, IPPROTO_TCP, TCP_NODELAY, 1);
}

RawSocket RawSocket::to(std::uint16_t port, bool ipv6) {
  RawSocket socket(ipv6);
  if (!socket.connect(port)) socket.end_ = End::kReset;
  return socket;
}

RawSocket::~RawSocket() { close(); }

RawSocket::RawSocket(RawSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), ipv6_(other.ipv6_), end_(other.end_) {}

RawSocket& RawSocket::operator=(RawSocket&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(ipv6_, other.ipv6_);
  std::swap(end_, other.end_);
  return *this;
}

bool RawSocket::connect(std::uint16_t port) {
  if (ipv6_) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    address.sin6_addr = in6addr_loopback;
    return ::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
}

void RawSocket::shrink_buffers() {
  set_option(descriptor_, SOL_SOCKET, SO_RCVBUF, 4096);
  set_option(descriptor_, SOL_SOCKET, SO_SNDBUF, 4096);
}

bool RawSocket::send(std::string_view octets) {
  while (!octets.empty()) {
    const ssize_t sent = ::send(descriptor_, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    octets.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::size_t RawSocket::send_some(std::string_view octets) {
  const ssize_t sent =
      ::send(descriptor_, octets.data(), octets.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent < 0 ? 0 : static_cast<std::size_t>(sent);
}

std::string RawSocket::receive_some(std::size_t most) {
  std::string octets(most, '\0');
  const ssize_t count = ::recv(descriptor_, octets.data(), most, 0);
  if (count == 0) {
    end_ = End::kFin;
  } else if (count < 0) {
    end_ = errno == EAGAIN ? End::kTimeout : End::kReset;
  }
  octets.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return octets;
}

std::string RawSocket::receive(std::size_t count) {
  std::string octets;
  while (octets.size() < count) {
    const std::string piece = receive_some(count - octets.size());
    if (piece.empty()) break;
    octets += piece;
  }
  return octets;
}

std::string RawSocket::receive_until(std::string_view mark) {
  std::string octets;
  while (!octets.ends_with(mark)) {
    const std::string piece = receive_some(1);
    if (piece.empty()) break;
    octets += piece;
  }
  return octets;
}

std::string RawSocket::receive_all() {
  std::string octets;
  for (;;) {
    const std::string piece = receive_some();
    if (piece.empty()) return octets;
    octets += piece;
  }
}

bool RawSocket::readable() const {
  pollfd waiting{descriptor_, POLLIN, 0};
  return ::poll(&waiting, 1, 0) == 1;
}

void RawSocket::shutdown_write() { ::shutdown(descriptor_, SHUT_WR); }

void RawSocket::reset() {
  const linger none{1, 0};
  set_option(descriptor_, SOL_SOCKET, SO_LINGER, none);
  close();
}

void RawSocket::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

}  // namespace wsproof::test
