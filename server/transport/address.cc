// SPDX-License-Identifier: Apache-2.0
#include "server/transport/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <uv.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <new>

namespace wsproof {

SocketAddress::SocketAddress(const sockaddr* address) {
  std::memcpy(&storage_, address,
              address->sa_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in));
}

std::uint16_t SocketAddress::port() const {
  if (family() == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6*>(get())->sin6_port);
  return ntohs(reinterpret_cast<const sockaddr_in*>(get())->sin_port);
}

void SocketAddress::set_port(std::uint16_t port) {
  if (family() == AF_INET6) {
    reinterpret_cast<sockaddr_in6*>(&storage_)->sin6_port = htons(port);
  } else {
    reinterpret_cast<sockaddr_in*>(&storage_)->sin_port = htons(port);
  }
}

std::string SocketAddress::host() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (family() == AF_INET6) {
    uv_ip6_name(reinterpret_cast<const sockaddr_in6*>(get()), text.data(), text.size());
  } else {
    uv_ip4_name(reinterpret_cast<const sockaddr_in*>(get()), text.data(), text.size());
  }
  return text.data();
}

std::string SocketAddress::text() const {
  const std::string number = std::to_string(port());
  return family() == AF_INET6 ? "[" + host() + "]:" + number : host() + ":" + number;
}

TransportError transport_error(int code) {
  try {
    if (code != UV_ENOMEM) return {code, uv_err_name(code), uv_strerror(code)};
  } catch (const std::bad_alloc&) {
    // Then this is the error.
  }
  // So short that no memory is needed for it.
  return {UV_ENOMEM, "ENOMEM", "out of memory"};
}

std::vector<SocketAddress> addresses_of(const addrinfo* list) {
  std::vector<SocketAddress> addresses;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_family != AF_INET && entry->ai_family != AF_INET6) continue;
    const SocketAddress address(entry->ai_addr);
    if (std::find(addresses.begin(), addresses.end(), address) == addresses.end()) {
      addresses.push_back(address);
    }
  }
  return addresses;
}

tl::expected<std::vector<SocketAddress>, TransportError> resolve(const std::string& host,
                                                                 std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int status = getaddrinfo(host.empty() ? nullptr : host.c_str(),
                                 std::to_string(port).c_str(), &hints, &list);
  if (status != 0) {
    return tl::unexpected(TransportError{UV_EAI_FAIL, "EAI_FAIL", gai_strerror(status)});
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list, freeaddrinfo);
  return addresses_of(list);
}

}  // namespace wsproof
