// SPDX-License-Identifier: Apache-2.0
#include "server/transport/tls_stream.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "tests/transport/tls_fixture.h"

namespace wsproof::test {
namespace {

using End = RawSocket::End;

std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 7 + i / 251);
  return text;
}

/// In each version, with what arrives in one piece and octet by octet.
class TlsVersionTest : public TlsTest, public testing::WithParamInterface<std::tuple<int, bool>> {
 protected:
  void SetUp() override {
    only(std::get<0>(GetParam()));
    chopped = std::get<1>(GetParam());
    connect();
    ASSERT_NE(client, nullptr) << error.message;
  }
};

TEST_P(TlsVersionTest, SpeaksTheVersion) {
  EXPECT_EQ(dynamic_cast<TlsStream&>(*client).version(),
            std::get<0>(GetParam()) == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3");
  EXPECT_TRUE(client->peer_address().starts_with("127.0.0.1:"));
}

TEST_P(TlsVersionTest, CarriesOctetsOfEverySizeAroundARecord) {
  for (const std::size_t size : {1U, 2U, 16383U, 16384U, 16385U, 32768U, 32769U, 100'000U}) {
    expect_echo(pattern(size));
  }
}

TEST_P(TlsVersionTest, HeadAndBodyAreOneText) {
  const std::string body = pattern(50'000);
  client->write(as_bytes("head"), as_bytes(body));
  client->write_shared(std::make_shared<const std::string>("shared"));
  client->write(as_bytes("last"));
  run_until([&] { return server_log.received.size() == body.size() + 14; });
  EXPECT_TRUE(server_log.received == "head" + body + "sharedlast");
}

TEST_P(TlsVersionTest, ShutdownIsEofAndTheOtherHalfGoesOn) {
  client->write(as_bytes("question"));
  client->shutdown();
  client->write(as_bytes("dropped"));
  run_until([&] { return server_log.saw("eof"); });
  EXPECT_EQ(server_log.received, "question");
  server->write(as_bytes("answer"));
  server->shutdown();
  run_until([&] { return client_log.saw("eof"); });
  EXPECT_EQ(client_log.received, "answer");
  settle();
  EXPECT_EQ(server_log.events, (std::vector<std::string>{"data", "eof"}));
  EXPECT_EQ(client_log.events, (std::vector<std::string>{"data", "eof"}));
}

TEST_P(TlsVersionTest, AnEndWithoutCloseNotifyIsTold) {
  // What the server says first has to be read, its session tickets too: closing with octets unread
  // would send RST.
  server->write(as_bytes("first"));
  run_until([&] { return client_log.received == "first"; });
  // The stream of ours says nothing where it is closed at once.
  client->close();
  run_until([&] { return server_log.saw("error"); });
  EXPECT_EQ(server_log.events, std::vector<std::string>{"error TLS_TRUNCATED"});
}

TEST_P(TlsVersionTest, AnEndWithoutCloseNotifyAfterOursIsAnEnd) {
  server->shutdown();
  run_until([&] { return client_log.saw("eof"); });
  client->close();
  run_until([&] { return server_log.saw("eof"); });
  EXPECT_EQ(server_log.events, std::vector<std::string>{"eof"});
}

TEST_P(TlsVersionTest, AResetIsOneError) {
  client->reset();
  run_until([&] { return server_log.saw("error"); });
  server->write(as_bytes("into the void"));
  server->flush();
  server->shutdown();
  settle();
  EXPECT_EQ(server_log.events, std::vector<std::string>{"error ECONNRESET"});
}

TEST_P(TlsVersionTest, WhatThePeerDoesNotReadIsPendingUntilItDoes) {
  const std::string text = pattern(24U * 1024 * 1024);
  client->pause_reading();
  server->write(as_bytes("head "), as_bytes(text));
  settle();
  EXPECT_GT(server->pending(), text.size() / 4);
  EXPECT_FALSE(server_log.saw("drained"));
  EXPECT_EQ(client_log.received, "");
  client->resume_reading();
  run_until([&] { return server_log.saw("drained") && client_log.received.size() > text.size(); });
  EXPECT_EQ(server->pending(), 0U);
  run_until([&] { return client_log.received.size() == text.size() + 5; });
  EXPECT_TRUE(client_log.received == "head " + text);
}

TEST_P(TlsVersionTest, PausingFromWithinHoldsTheRestBack) {
  server_log.at = "data";
  server_log.act = [&] { server->pause_reading(); };
  const std::string text = pattern(1024 * 1024);
  client->write({}, as_bytes(text));
  client->shutdown();
  run_until([&] { return server_log.saw("data"); });
  settle();
  const std::size_t before = server_log.received.size();
  EXPECT_LT(before, text.size());
  settle();
  EXPECT_EQ(server_log.received.size(), before);
  EXPECT_FALSE(server_log.saw("eof"));
  server->resume_reading();
  EXPECT_EQ(server_log.received.size(), before);
  run_until([&] { return server_log.saw("eof"); });
  EXPECT_TRUE(server_log.received == text);
}

INSTANTIATE_TEST_SUITE_P(All, TlsVersionTest,
                         testing::Combine(testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                                          testing::Bool()));

TEST_F(TlsTest, WhatIsWrittenBeforeTheHandshakeLeavesBehindIt) {
  listen();
  std::unique_ptr<TlsStream> early;
  TcpConnector tcp(loop, "127.0.0.1", listener->port(),
                   [&](tl::expected<std::unique_ptr<Stream>, TransportError> outcome) {
                     ASSERT_TRUE(outcome);
                     early = client_context.wrap_client(loop, std::move(*outcome), "localhost");
                     early->start(client_log);
                     early->write(as_bytes("early"), {});
                     early->shutdown();
                     EXPECT_GE(early->pending(), 5U);
                   });
  run_until([&] { return server_log.saw("eof"); });
  EXPECT_EQ(server_log.received, "early");
  EXPECT_EQ(client_log.events, std::vector<std::string>{"drained"});
}

TEST_F(TlsTest, GarbageIsNotTls) {
  for (const std::string& text : {std::string("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                                  std::string("\x16\x03\x01\xff\xff", 5) + pattern(70'000),
                                  std::string(300, '\0'), pattern(300)}) {
    server.reset();
    server_log.events.clear();
    RawSocket peer = raw();
    peer.send(text);
    run_until([&] { return server_log.saw("error"); });
    EXPECT_EQ(server_log.events, std::vector<std::string>{"error TLS_NONE"});
    server->close();
    peer.receive_all();
    EXPECT_NE(peer.end(), End::kTimeout);
  }
}

TEST_F(TlsTest, AHandshakeThatNeverEndsIsForTheOwnerToEnd) {
  RawSocket peer = raw();
  peer.send(std::string_view("\x16\x03\x01\x02\x00\x01\x00", 7));
  settle();
  EXPECT_TRUE(server_log.events.empty());
  server->write(as_bytes("waits"));
  server->shutdown();
  settle();
  EXPECT_FALSE(peer.readable());
  server->close();
  EXPECT_EQ(peer.receive_all(), "");
  settle();
  EXPECT_TRUE(server_log.events.empty());
}

TEST_F(TlsTest, AnEndInTheHandshakeIsTold) {
  RawSocket peer = raw();
  peer.send(std::string_view("\x16\x03\x01\x02\x00\x01\x00", 7));
  peer.shutdown_write();
  run_until([&] { return server_log.saw("error"); });
  EXPECT_EQ(server_log.events, std::vector<std::string>{"error TLS_HANDSHAKE"});
}

TEST_F(TlsTest, AResetInTheHandshakeIsTold) {
  RawSocket peer = raw();
  peer.reset();
  run_until([&] { return server_log.saw("error"); });
  EXPECT_EQ(server_log.events, std::vector<std::string>{"error ECONNRESET"});
}

/// In each callback: close, reset, or destroy the stream.
class TlsEndTest : public TlsTest,
                   public testing::WithParamInterface<std::tuple<std::string, std::string>> {};

TEST_P(TlsEndTest, EndsFromWithin) {
  connect();
  const std::string event = std::get<0>(GetParam());
  const std::string way = std::get<1>(GetParam());
  server_log.at = event;
  server_log.act = [this, way] {
    server->write(as_bytes("unsent"));
    if (way == "close") server->close();
    if (way == "reset") server->reset();
    if (way == "destroy") server.reset();
    if (way == "shutdown and close") {
      server->shutdown();
      server->close();
    }
  };
  if (event == "data") client->write(as_bytes("x"));
  if (event == "eof") client->shutdown();
  if (event == "error") client->reset();
  if (event == "drained") server->write({}, as_bytes(pattern(24U * 1024 * 1024)));
  run_until([&] { return server_log.saw(event); });
  settle();
  EXPECT_EQ(server_log.events.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(All, TlsEndTest,
                         testing::Combine(testing::Values("data", "eof", "error", "drained"),
                                          testing::Values("close", "reset", "destroy",
                                                          "shutdown and close")));

}  // namespace
}  // namespace wsproof::test
