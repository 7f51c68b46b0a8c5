// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "server/transport/stream.h"

struct addrinfo;

namespace wsproof {

/// An address and port of IPv4 or IPv6, by value.
class SocketAddress {
 public:
  explicit SocketAddress(const sockaddr* address);
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  [[nodiscard]] int family() const { return storage_.ss_family; }
  [[nodiscard]] std::uint16_t port() const;
  void set_port(std::uint16_t port);
  /// "127.0.0.1", "::1".
  [[nodiscard]] std::string host() const;
  /// "127.0.0.1:80", "[::1]:80".
  [[nodiscard]] std::string text() const;
  bool operator==(const SocketAddress& other) const { return text() == other.text(); }

 private:
  sockaddr_storage storage_{};
};

/// libuv's error as a value.
[[nodiscard]] TransportError transport_error(int code);

/// The addresses of a list of libuv's or the system's resolver, each once, in its order.
[[nodiscard]] std::vector<SocketAddress> addresses_of(const addrinfo* list);

/// Resolves at once, waiting as long as that takes. An empty host is every address of this machine.
[[nodiscard]] tl::expected<std::vector<SocketAddress>, TransportError> resolve(
    const std::string& host, std::uint16_t port);

}  // namespace wsproof
