// SPDX-License-Identifier: Apache-2.0
#include "server/transport/tls_connector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/transport/tls_fixture.h"

namespace wsproof::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

TEST_F(TlsTest, ConnectsByNameAndByAddress) {
  for (const std::string name : {"localhost", "127.0.0.1", "::1", ""}) {
    client.reset();
    connect(name);
    EXPECT_NE(client, nullptr) << name << ": " << error.message;
  }
}

TEST_F(TlsTest, RefusesACertificateThatNobodyVouchesFor) {
  const TemporaryFile other((*TlsContext::self_signed({})).certificate());
  client_context = *TlsContext::client({.ca_file = other.path()});
  connect();
  EXPECT_EQ(client, nullptr);
  EXPECT_EQ(error.name, tls_error::kCertificate);
  EXPECT_THAT(error.message, StartsWith("cannot connect to 127.0.0.1 port "));
  EXPECT_THAT(error.message, HasSubstr(": the server's certificate is not trusted: "));
  // The server learns why by an alert.
  run_until([&] { return server_log.saw("error"); });
  EXPECT_EQ(server_log.events, std::vector<std::string>{"error TLS_REFUSED"});
}

TEST_F(TlsTest, RefusesACertificateForAnotherName) {
  connect("example.org");
  EXPECT_EQ(error.name, tls_error::kCertificate);
  EXPECT_THAT(error.message,
              EndsWith("the server's certificate is not for example.org but for localhost"));
  connect("127.0.0.2");
  EXPECT_THAT(error.message,
              EndsWith("the server's certificate is not for 127.0.0.2 but for localhost"));
}

TEST_F(TlsTest, TakesAnyCertificateWhereItIsTold) {
  client_context = *TlsContext::client({.verify = false});
  connect("example.org");
  EXPECT_NE(client, nullptr) << error.message;
}

TEST_F(TlsTest, SaysThatTheServerDoesNotSpeakTls) {
  std::unique_ptr<Stream> plain;
  StreamLog plain_log;
  plain_log.at = "data";
  plain_log.act = [&] { plain->write(as_bytes("HTTP/1.1 400 Bad Request\r\n\r\n")); };
  auto listening =
      TcpListener::listen(loop, {.host = "127.0.0.1"}, [&](std::unique_ptr<Stream> accepted) {
        plain = std::move(accepted);
        plain->start(plain_log);
      });
  ASSERT_TRUE(listening);
  listener = std::move(*listening);
  connect();
  EXPECT_EQ(error.name, tls_error::kNoTls);
  EXPECT_THAT(error.message,
              EndsWith("the peer does not speak TLS: what it sent is no TLS record"));

  plain_log.act = [&] { plain->close(); };
  error = {};
  connect();
  EXPECT_EQ(client, nullptr);
  EXPECT_THAT(error.message, HasSubstr("during the TLS handshake"));
}

TEST_F(TlsTest, SaysThatNobodyListens) {
  listen();
  const std::uint16_t port = listener->port();
  listener.reset();
  listen();
  TransportError told;
  TlsConnector refused(loop, client_context, "127.0.0.1", port, "",
                       [&](auto outcome) { told = outcome.error(); });
  run_until([&] { return !told.name.empty(); });
  EXPECT_EQ(told.name, "ECONNREFUSED");
}

TEST_F(TlsTest, IsCancelledInTheMiddleOfTheHandshake) {
  RawSocket silent;
  auto listening =
      TcpListener::listen(loop, {.host = "127.0.0.1"},
                          [&](std::unique_ptr<Stream> accepted) { server = std::move(accepted); });
  ASSERT_TRUE(listening);
  connector =
      std::make_unique<TlsConnector>(loop, client_context, "127.0.0.1", (*listening)->port(), "",
                                     [](auto) { ADD_FAILURE() << "cancelled"; });
  run_until([&] { return server != nullptr && connector->in_handshake(); });
  connector.reset();
  settle();
}

}  // namespace
}  // namespace wsproof::test
