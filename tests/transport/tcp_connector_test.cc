// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "server/transport/tcp.h"
#include "tests/transport/loop_fixture.h"

namespace wsproof::test {
namespace {

class TcpConnectorTest : public LoopTest {
 protected:
  void listen(const std::string& host) {
    auto result = TcpListener::listen(loop, {.host = host}, [this](std::unique_ptr<Stream> taken) {
      taken->start(server_log);
      accepted = std::move(taken);
    });
    if (result) listener = std::move(*result);
  }

  void connect(const std::string& host, std::uint16_t port) {
    connector.emplace(loop, host, port,
                      [this](tl::expected<std::unique_ptr<Stream>, TransportError> outcome) {
                        ++told;
                        if (outcome) {
                          stream = std::move(*outcome);
                        } else {
                          error = outcome.error();
                        }
                      });
    EXPECT_EQ(told, 0) << "told from within the constructor";
  }

  std::uint16_t unused_port() {
    listen("127.0.0.1");
    const std::uint16_t port = listener->port();
    listener.reset();
    return port;
  }

  StreamLog server_log;
  StreamLog log;
  std::unique_ptr<TcpListener> listener;
  std::unique_ptr<Stream> accepted;
  std::optional<TcpConnector> connector;
  std::unique_ptr<Stream> stream;
  TransportError error;
  int told = 0;
};

TEST_F(TcpConnectorTest, ConnectsAndCarriesOctetsBothWays) {
  for (const std::string host : {"127.0.0.1", "localhost"}) {
    listen(host);
    connect(host, listener->port());
    run_until([&] { return stream != nullptr && accepted != nullptr; });
    stream->start(log);
    stream->write(as_bytes("ping"));
    accepted->write(as_bytes("pong"));
    run_until([&] { return log.received == "pong" && server_log.received == "ping"; });
    EXPECT_EQ(stream->peer_address(), "127.0.0.1:" + std::to_string(listener->port()));
    EXPECT_EQ(std::exchange(told, 0), 1);
    stream.reset();
    accepted.reset();
    log.received.clear();
    server_log.received.clear();
  }
}

TEST_F(TcpConnectorTest, SpeaksIpv6) {
  listen("::1");
  if (listener == nullptr) GTEST_SKIP() << "no IPv6 here";
  connect("::1", listener->port());
  run_until([&] { return stream != nullptr; });
  EXPECT_TRUE(stream->peer_address().starts_with("[::1]:"));
}

TEST_F(TcpConnectorTest, SaysThatItIsRefused) {
  const std::uint16_t port = unused_port();
  connect("127.0.0.1", port);
  run_until([&] { return told == 1; });
  EXPECT_EQ(error.name, "ECONNREFUSED");
  EXPECT_EQ(error.message,
            "cannot connect to 127.0.0.1 port " + std::to_string(port) + ": connection refused");
}

TEST_F(TcpConnectorTest, SaysThatANameIsUnknown) {
  connect("no.such.name.invalid", 80);
  run_until([&] { return told == 1; });
  EXPECT_TRUE(error.message.starts_with("cannot connect to no.such.name.invalid port 80: "))
      << error.message;
}

TEST_F(TcpConnectorTest, TellsOnceThatThereIsNoRoute) {
  // An address that the kernel refuses at once.
  connect("255.255.255.255", 80);
  run_until([&] { return told > 0; });
  settle();
  EXPECT_EQ(told, 1);
}

TEST_F(TcpConnectorTest, DestroyingCancelsAtEveryStage) {
  listen("127.0.0.1");
  for (const std::string host : {"127.0.0.1", "localhost", "no.such.name.invalid"}) {
    connect(host, listener->port());
    connector.reset();
    // After the request has gone out.
    connect(host, listener->port());
    loop.defer([&] { connector.reset(); });
    settle();
  }
  EXPECT_EQ(told, 0);
}

TEST_F(TcpConnectorTest, MayBeDestroyedFromWithinItsCall) {
  connector.emplace(loop, "127.0.0.1", unused_port(), [&](const auto& outcome) {
    EXPECT_FALSE(outcome);
    connector.reset();
    ++told;
  });
  run_until([&] { return told == 1; });
}

}  // namespace
}  // namespace wsproof::test
