// SPDX-License-Identifier: Apache-2.0
#include "server/app/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "tests/server/server_fixture.h"

namespace wsproof::test {
namespace {

using End = RawSocket::End;
using std::chrono::milliseconds;

TEST(UpperTest, RaisesAsciiLettersAndLeavesTheRest) {
  EXPECT_EQ(upper("az{`AZ 09 h\xC3\xA9\xC3\xBF"), "AZ{`AZ 09 H\xC3\xA9\xC3\xBF");
  EXPECT_EQ(upper(std::string_view("a\0b", 3)), std::string("A\0B", 3));
  EXPECT_EQ(upper(""), "");
}

TEST_F(ServerTest, SaysInOneSentenceWhyItCannotListen) {
  start();
  Server second({.host = "127.0.0.1", .port = port});
  EXPECT_EQ(second.port(), 0);
  try {
    second.listen();
    FAIL() << "the port was free";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string(error.what()), "cannot listen on 127.0.0.1 port " + std::to_string(port) +
                                             ": address already in use");
  }
}

TEST_F(ServerTest, TellsItsAddresses) {
  start();
  EXPECT_THAT(server->addresses(), testing::ElementsAre("127.0.0.1:" + std::to_string(port)));
}

TEST_F(ServerTest, ListensAtAnotherPortToo) {
  Server taken({.host = "127.0.0.1"});
  taken.listen();
  prepare();
  server->listen();
  EXPECT_THROW(server->listen_also(taken.port()), std::runtime_error);
  EXPECT_THAT(server->addresses(), testing::SizeIs(1));
  const std::uint16_t other = server->listen_also(0);
  EXPECT_NE(other, server->port());
  start();
  expect_alive();
  EXPECT_EQ(status_of(WsClient(other).ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n")), 200);
  port = other;
  expect_alive();
  stop();
  EXPECT_FALSE(RawSocket().connect(other));
}

TEST_F(ServerTest, StopBeforeRunEndsItAtOnce) {
  prepare();
  server->listen();
  server->stop();
  server->run();
}

TEST_F(ServerTest, AnIdleServerStopsAtOnce) {
  options.drain_timeout = std::chrono::hours(1);
  start();
  server->stop();
  thread.join();
}

TEST_F(ServerTest, StopTellsEveryoneAndWaitsForTheirAnswers) {
  options.drain_timeout = std::chrono::hours(1);
  options.limits.close_timeout = std::chrono::hours(1);
  start();
  WsClient a = open("/echo");
  WsClient b = open("/broadcast");
  WsClient opening = connect();
  opening.socket.send("GET /");
  a.send_text("x");
  EXPECT_EQ(a.receive_payload(), "x");
  server->stop();
  for (WsClient* client : {&a, &b}) {
    EXPECT_EQ(client->receive().close_code(), 1001);
    client->send_close(1001);
    EXPECT_EQ(client->socket.receive_all(), "");
    EXPECT_EQ(client->socket.end(), End::kFin);
    client->socket.close();
  }
  EXPECT_EQ(opening.socket.receive_all(), "");
  thread.join();
  EXPECT_FALSE(RawSocket().connect(port));
}

TEST_F(ServerTest, TheDrainTimeoutEndsTheWait) {
  options.drain_timeout = milliseconds(50);
  options.limits.close_timeout = std::chrono::hours(1);
  prepare();
  int closed = 0;
  server->on_close([&](Client&, const CloseInfo& info) {
    EXPECT_EQ(info.code, 1006);
    ++closed;
  });
  start();
  WsClient client = open();
  server->stop();
  EXPECT_EQ(client.receive().close_code(), 1001);
  thread.join();
  EXPECT_EQ(closed, 1);
}

TEST_F(ServerTest, ASecondStopDoesNotWait) {
  options.drain_timeout = std::chrono::hours(1);
  options.limits.close_timeout = std::chrono::hours(1);
  start();
  WsClient client = open();
  server->stop();
  EXPECT_EQ(client.receive().close_code(), 1001);
  server->stop();
  thread.join();
}

TEST_F(ServerTest, AHandlerMayStopTheServer) {
  prepare();
  server->on_message("/echo", [this](Client& client, Message) {
    client.send("last words");
    server->stop();
  });
  start();
  WsClient client = open();
  client.send_text("x");
  EXPECT_EQ(client.receive_payload(), "last words");
  EXPECT_EQ(client.receive().close_code(), 1001);
  client.send_close(1001);
  client.socket.close();
  thread.join();
}

TEST_F(ServerTest, MayBeDestroyedWithClientsOnline) {
  prepare();
  server->on_message("/echo", [this](Client& client, Message) {
    // At once, with this client in the middle of a message and its answer not sent.
    client.send("unsent");
    server->stop();
    server->stop();
  });
  start();
  WsClient client = open();
  WsClient other = open("/broadcast");
  client.send_text("x");
  thread.join();
  server.reset();
  client.socket.receive_all();
  EXPECT_NE(client.socket.end(), End::kTimeout);
  other.socket.receive_all();
  EXPECT_NE(other.socket.end(), End::kTimeout);
}

TEST_F(ServerTest, OneHandlerForEveryPathIsOneRoom) {
  server = std::make_unique<Server>(options);
  server->on_message([](Client& client, Message message) {
    client.broadcast(std::string(client.path()) + " " + upper(message.text()));
  });
  start();
  WsClient a = open("/a");
  WsClient b = open("/b/c");
  a.send_text("hello");
  EXPECT_EQ(a.receive_payload(), "/a HELLO");
  EXPECT_EQ(b.receive_payload(), "/a HELLO");
}

TEST_F(ServerTest, ClientsHaveIdsOfTheirOwn) {
  server = std::make_unique<Server>(options);
  server->on_message([](Client& client, Message) { client.send(std::to_string(client.id())); });
  start();
  WsClient a = open("/");
  WsClient b = open("/");
  a.send_text("?");
  b.send_text("?");
  EXPECT_NE(a.receive_payload(), b.receive_payload());
}

}  // namespace
}  // namespace wsproof::test
