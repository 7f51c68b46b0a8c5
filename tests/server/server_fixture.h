// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "server/app/server.h"
#include "tests/server/ws_client.h"

namespace wsproof::test {

/// A server with the routes of wsproofd, in a thread of its own.
class ServerTest : public testing::Test {
 protected:
  ServerTest() { options.host = "127.0.0.1"; }
  ~ServerTest() override { stop(); }

  /// With the options as they are; what else is to be set up comes before it.
  void start() {
    prepare();
    server->listen();
    port = server->port();
    thread = std::thread([this] { server->run(); });
  }

  void prepare() {
    if (server != nullptr) return;
    server = std::make_unique<Server>(options);
    const auto echo = [](Client& client, Message message) {
      client.send(message.kind(), message.bytes());
    };
    server->on_message("/", echo);
    server->on_message("/echo", echo);
    server->on_message("/broadcast", [](Client& client, Message message) {
      if (message.is_text()) {
        client.broadcast(upper(message.text()));
      } else {
        client.broadcast(message.kind(), message.bytes());
      }
    });
    server->serve_page("/", "text/html; charset=utf-8", "<p>page</p>");
  }

  /// Waits until run() has returned.
  void stop() {
    if (!thread.joinable()) return;
    server->stop();
    server->stop();
    thread.join();
  }

  WsClient connect() { return WsClient(port); }

  WsClient open(std::string_view target = "/echo", std::string_view lines = {}) {
    WsClient client(port);
    const std::string answer = client.open(target, lines);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 101 ")) << answer;
    return client;
  }

  /// A client with small buffers, so that what it does not read soon stays with the server.
  WsClient open_narrow(std::string_view target) {
    RawSocket socket;
    socket.shrink_buffers();
    EXPECT_TRUE(socket.connect(port));
    WsClient client(std::move(socket));
    client.open(target);
    return client;
  }

  /// The server still does its work.
  void expect_alive() {
    WsClient client = open();
    client.send_text("alive");
    EXPECT_EQ(client.receive_payload(), "alive");
  }

  ServerOptions options;
  std::unique_ptr<Server> server;
  std::uint16_t port = 0;
  std::thread thread;
};

/// The status of an answer, or 0 where there was none.
inline int status_of(const std::string& answer) {
  return answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : 0;
}

inline std::string body_of(const std::string& answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "" : answer.substr(end + 4);
}

}  // namespace wsproof::test
