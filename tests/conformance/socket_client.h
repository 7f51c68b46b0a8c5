// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "tests/support/endpoint.h"
#include "tests/support/raw_socket.h"

namespace wsproof::test {

/// Connects to this target and lets the endpoint, a client, live over the socket until it ends.
inline void live_over_socket(std::uint16_t port, Endpoint& endpoint) {
  RawSocket socket = RawSocket::to(port);
  endpoint.connected(Time{});
  while (true) {
    socket.send(endpoint.take_output());
    if (endpoint.end() != Endpoint::End::kOpen) {
      // What is unread would make the kernel send a reset, which takes our Close away.
      socket.shutdown_write();
      socket.receive_all();
      return;
    }
    const std::string octets = socket.receive_some();
    if (octets.empty()) {
      endpoint.receive_eof(Time{});
      socket.send(endpoint.take_output());
      return;
    }
    endpoint.receive(as_bytes(octets), Time{});
  }
}

/// An ordinary client that echoes.
inline void echo_client(std::uint16_t port, const std::string& target) {
  EchoOptions options;
  options.client.resource = target;
  EchoEndpoint client(Role::kClient, options);
  live_over_socket(port, client);
}

/// What an ordinary client is told, until the connection is closed.
inline std::string ask_client(std::uint16_t port, const std::string& target) {
  class Listener final : public EchoEndpoint {
   public:
    using EchoEndpoint::EchoEndpoint;
    std::string heard;

   protected:
    void echo(Session& /*session*/, MessageKind /*kind*/, MutableBytes payload) override {
      heard += as_text(payload);
    }
  };
  EchoOptions options;
  options.client.resource = target;
  Listener client(Role::kClient, options);
  live_over_socket(port, client);
  return client.heard;
}

}  // namespace wsproof::test
