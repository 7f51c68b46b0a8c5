// SPDX-License-Identifier: Apache-2.0
// From accept to end: refusals, limits, deadlines, and peers that misbehave.
#include "server/app/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/server/server_fixture.h"

namespace wsproof::test {
namespace {

using End = RawSocket::End;
using std::chrono::milliseconds;

class ConnectionTest : public ServerTest {
 protected:
  /// The status that a request is answered with; the connection must end with FIN.
  int status(const std::string& request) {
    WsClient client = connect();
    const std::string answer = client.ask(request);
    EXPECT_EQ(client.socket.end(), End::kFin);
    return status_of(answer);
  }

  /// The server must end with this Close; then answers ours with FIN.
  void expect_close(WsClient& client, std::uint16_t code) {
    const ReceivedFrame frame = client.receive();
    EXPECT_EQ(frame.opcode(), opcode::kClose);
    EXPECT_EQ(frame.close_code(), code);
  }
};

// --- The opening handshake.

TEST_F(ConnectionTest, AgreesToASubprotocol) {
  options.subprotocols = {"b", "a"};
  prepare();
  std::string agreed;
  std::string path;
  server->on_open([&](Client& client) {
    agreed = client.subprotocol();
    path = client.path();
  });
  start();
  WsClient client = connect();
  const std::string answer = client.open("/echo?q", "Sec-WebSocket-Protocol: a, b\r\n");
  EXPECT_NE(answer.find("Sec-WebSocket-Protocol: b\r\n"), std::string::npos) << answer;
  stop();
  EXPECT_EQ(agreed, "b");
  EXPECT_EQ(path, "/echo");
}

TEST_F(ConnectionTest, LetsInOnlyTheOriginsThatItIsTold) {
  options.origins = {"http://Good.example"};
  start();
  EXPECT_EQ(status(WsClient::request("/", "Origin: http://bad.example\r\n")), 403);
  open("/", "Origin: http://good.example\r\n");
  open("/");
}

TEST_F(ConnectionTest, RefusesAnotherVersionAndSaysWhichItSpeaks) {
  start();
  std::string request = WsClient::request("/");
  request.replace(request.find(": 13"), 4, ": 12");
  const std::string answer = connect().ask(request);
  EXPECT_EQ(status_of(answer), 426);
  EXPECT_NE(answer.find("Sec-WebSocket-Version: 13\r\n"), std::string::npos) << answer;
}

TEST_F(ConnectionTest, RefusesWhatIsNotHttp) {
  start();
  EXPECT_EQ(status("\x16\x03\x01 what is this\r\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\nHost: a\n\n"), 400);
}

TEST_F(ConnectionTest, EachLimitOfTheHeadHolds) {
  options.limits.request_line = 100;
  options.limits.field_line = 120;
  options.limits.field_count = 10;
  options.limits.head = 600;
  start();
  EXPECT_EQ(status("GET /" + std::string(200, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"), 414);
  EXPECT_EQ(status(WsClient::request("/", "X: " + std::string(200, 'a') + "\r\n")), 431);
  std::string many;
  for (int i = 0; i < 10; ++i) many += "X: a\r\n";
  EXPECT_EQ(status(WsClient::request("/", many)), 431);
  std::string long_head;
  for (int i = 0; i < 5; ++i) long_head += "X: " + std::string(110, 'a') + "\r\n";
  EXPECT_EQ(status(WsClient::request("/", long_head)), 431);
  expect_alive();
}

TEST_F(ConnectionTest, AHeadWithoutEndIsRefusedWhileItArrives) {
  start();
  WsClient client = connect();
  client.socket.send("GET / HTTP/1.1\r\n");
  const std::string field = "X: " + std::string(1000, 'a') + "\r\n";
  for (int i = 0; i < 200 && !client.socket.readable(); ++i) client.socket.send(field);
  EXPECT_EQ(status_of(client.socket.receive_until("\r\n\r\n")), 431);
}

TEST_F(ConnectionTest, ASlowHeadIs408AndSilenceABareEnd) {
  options.limits.handshake_timeout = milliseconds(50);
  start();
  EXPECT_EQ(status("GET / HTTP/1.1\r\n"), 408);
  EXPECT_EQ(connect().socket.receive_all(), "");
  expect_alive();
}

TEST_F(ConnectionTest, ARefusedPeerThatStaysIsLeft) {
  options.limits.close_timeout = milliseconds(50);
  start();
  WsClient client = connect();
  EXPECT_EQ(status_of(client.ask("nonsense\r\n\r\n")), 400);
  // Still sending: answered with RST once the server is gone.
  for (int i = 0; i < 2000 && client.socket.send("x"); ++i) {
    std::this_thread::sleep_for(milliseconds(5));
  }
  EXPECT_FALSE(client.socket.send("x"));
}

// --- Limits and deadlines of an open connection.

TEST_F(ConnectionTest, EachLimitOfMessagesHolds) {
  options.limits.frame_payload = 1000;
  options.limits.message_payload = 1500;
  options.limits.fragments = 4;
  options.limits.controls_in_message = 3;
  start();
  {
    WsClient client = open();
    client.send_text(std::string(1000, 'x'));
    EXPECT_EQ(client.receive_payload().size(), 1000U);
    client.send_text(std::string(1001, 'x'));
    expect_close(client, 1009);
    EXPECT_EQ(client.socket.receive_all(), "");
    EXPECT_EQ(client.socket.end(), End::kFin);
  }
  {
    WsClient client = open();
    client.socket.send(WsClient::frame(opcode::kText, std::string(900, 'x'), false) +
                       WsClient::frame(opcode::kContinuation, std::string(900, 'x')));
    expect_close(client, 1009);
  }
  {
    WsClient client = open();
    client.socket.send(WsClient::frame(opcode::kText, "x", false));
    for (int i = 0; i < 6; ++i) {
      client.socket.send(WsClient::frame(opcode::kContinuation, "x", false));
    }
    expect_close(client, info(Error::kTooManyFragments).close_code);
  }
  {
    WsClient client = open();
    std::string flood = WsClient::frame(opcode::kText, "x", false);
    for (int i = 0; i < 6; ++i) flood += WsClient::frame(opcode::kPong, "");
    client.socket.send(flood);
    expect_close(client, info(Error::kTooManyControls).close_code);
  }
  expect_alive();
}

TEST_F(ConnectionTest, ASilentPeerIsPingedAndAnAnswerKeepsIt) {
  options.limits.heartbeat_interval = milliseconds(30);
  options.limits.pong_timeout = milliseconds(10'000);
  start();
  WsClient client = open();
  std::vector<std::string> payloads;
  for (int i = 0; i < 3; ++i) {
    const ReceivedFrame ping = client.receive();
    ASSERT_EQ(ping.opcode(), opcode::kPing);
    EXPECT_FALSE(ping.payload.empty());
    EXPECT_THAT(payloads, testing::Not(testing::Contains(ping.payload)));
    payloads.push_back(ping.payload);
    client.socket.send(WsClient::frame(opcode::kPong, ping.payload));
  }
}

TEST_F(ConnectionTest, APingWithoutPongEndsTheConnection) {
  options.limits.heartbeat_interval = milliseconds(30);
  options.limits.pong_timeout = milliseconds(50);
  options.limits.close_timeout = milliseconds(50);
  start();
  WsClient client = open();
  EXPECT_EQ(client.receive().opcode(), opcode::kPing);
  client.socket.receive_all();
  EXPECT_NE(client.socket.end(), End::kTimeout);
}

TEST_F(ConnectionTest, APeerThatNeverAnswersCloseIsLeft) {
  options.limits.close_timeout = milliseconds(50);
  prepare();
  server->on_message("/echo", [](Client& client, Message) { client.close(1000, "enough"); });
  start();
  WsClient client = open();
  client.send_text("x");
  expect_close(client, 1000);
  client.socket.receive_all();
  EXPECT_NE(client.socket.end(), End::kTimeout);
}

TEST_F(ConnectionTest, TheClosingHandshakeEndsWithFin) {
  start();
  WsClient client = open();
  client.send_close(1000);
  expect_close(client, 1000);
  EXPECT_EQ(client.socket.receive_all(), "");
  EXPECT_EQ(client.socket.end(), End::kFin);
}

// --- Handlers.

TEST_F(ConnectionTest, HandlersAreToldOpenMessagesAndClose) {
  prepare();
  std::vector<std::string> told;
  server->on_open([&](Client& client) {
    told.emplace_back("open");
    client.send("welcome");
  });
  server->on_close([&](Client& client, const CloseInfo& info) {
    told.push_back("close " + std::to_string(info.code) + " " + info.reason +
                   std::string(client.path()));
    // Has no effect any more, and does no harm.
    client.send("too late");
    client.close(1000, {});
  });
  start();
  WsClient client = open("/echo");
  EXPECT_EQ(client.receive_payload(), "welcome");
  client.socket.send(WsClient::frame(opcode::kClose,
                                     "\x03\xE9"
                                     "bye"));
  EXPECT_EQ(client.receive().close_code(), 1001);
  client.socket.shutdown_write();
  client.socket.receive_all();
  stop();
  EXPECT_THAT(told, testing::ElementsAre("open", "close 1001 bye/echo"));
}

TEST_F(ConnectionTest, AHandlerThatThrowsFailsItsOwnClientOnly) {
  prepare();
  server->on_message("/echo", [](Client& client, Message message) {
    if (message.text() == "throw") throw std::runtime_error("a bug of the handler's");
    client.send(message.text());
  });
  start();
  WsClient other = open();
  WsClient client = open();
  client.send_text("throw");
  expect_close(client, 1011);
  other.send_text("alive");
  EXPECT_EQ(other.receive_payload(), "alive");
}

TEST_F(ConnectionTest, AHandlerMaySendManyAndClose) {
  options.limits.close_timeout = milliseconds(50);
  prepare();
  server->on_message("/echo", [](Client& client, Message) {
    client.send("one");
    client.send(MessageKind::kBinary, as_bytes("two"));
    client.broadcast("three");
    client.send("four");
    client.broadcast("five");
    client.close(4000, "done");
    client.send("six");
    client.broadcast("seven");
  });
  start();
  WsClient client = open();
  client.send_text("go");
  for (const std::string expected : {"one", "two", "three", "four", "five"}) {
    EXPECT_EQ(client.receive_payload(), expected);
  }
  expect_close(client, 4000);
  EXPECT_EQ(client.socket.receive_all(), "");
}

// --- Peers that vanish.

TEST_F(ConnectionTest, PeersThatVanishAtEachStageCostNobodyElse) {
  options.limits.close_timeout = milliseconds(50);
  start();
  const std::string request = WsClient::request("/echo");
  const std::string message = WsClient::frame(opcode::kText, std::string(300, 'x'));
  const std::string close = WsClient::frame(opcode::kClose, "\x03\xE8");
  // The whole life, cut short everywhere.
  const std::string life = request + message + message + close;
  for (std::size_t cut = 0; cut <= life.size(); cut += 13) {
    for (const bool reset : {true, false}) {
      WsClient client = connect();
      client.socket.send(life.substr(0, cut));
      if (reset) {
        client.socket.reset();
      } else {
        client.socket.close();
      }
    }
  }
  expect_alive();
}

TEST_F(ConnectionTest, AHalfClosedPeerStillGetsItsEcho) {
  start();
  WsClient client = open();
  const std::string text(3'000'000, 'x');
  client.socket.send(WsClient::frame(opcode::kBinary, text));
  client.socket.shutdown_write();
  EXPECT_EQ(client.receive_payload().size(), text.size());
  client.socket.receive_all();
  EXPECT_EQ(client.socket.end(), End::kFin);
}

TEST_F(ConnectionTest, AHalfOpenHandshakeThatEndsIsForgotten) {
  start();
  WsClient client = connect();
  client.socket.send("GET / HT");
  client.socket.shutdown_write();
  EXPECT_EQ(client.socket.receive_all(), "");
  EXPECT_EQ(client.socket.end(), End::kFin);
}

// --- Back-pressure.

TEST_F(ConnectionTest, APeerThatDoesNotReadIsNotReadFrom) {
  options.limits.write_queue = 64 * 1024;
  start();
  WsClient client = open_narrow("/echo");
  const std::string frame = WsClient::frame(opcode::kBinary, std::string(32 * 1024, 'x'));
  // All the buffers on the way, and the queue, hold far less than this.
  std::size_t sent = 0;
  int idle = 0;
  std::string rest;
  while (sent < (256U << 20) && idle < 100) {
    if (rest.empty()) rest = frame;
    const std::size_t count = client.socket.send_some(rest);
    rest.erase(0, count);
    sent += count;
    if (count == 0) std::this_thread::sleep_for(milliseconds(2));
    idle = count == 0 ? idle + 1 : 0;
  }
  EXPECT_LT(sent, 64U << 20) << "the server has taken it all";
  expect_alive();

  // Once it reads, everything comes, in order, and the flow goes on.
  const std::size_t whole = (sent + rest.size()) / frame.size();
  std::thread sender([&] { client.socket.send(rest); });
  for (std::size_t i = 0; i < whole; ++i) {
    const ReceivedFrame answer = client.receive();
    ASSERT_EQ(answer.payload.size(), 32U * 1024) << i;
  }
  sender.join();
  client.send_text("again");
  EXPECT_EQ(client.receive_payload(), "again");
}

TEST_F(ConnectionTest, APeerThatNeverReadsIsLeftWhenItsPongStaysAway) {
  options.limits.write_queue = 64 * 1024;
  options.limits.heartbeat_interval = milliseconds(50);
  options.limits.pong_timeout = milliseconds(50);
  options.limits.close_timeout = milliseconds(50);
  prepare();
  std::atomic<bool> closed{false};
  server->on_close([&](Client&, const CloseInfo& info) {
    EXPECT_EQ(info.code, 1006);
    closed = true;
  });
  start();
  WsClient client = open_narrow("/echo");
  const std::string frame = WsClient::frame(opcode::kBinary, std::string(32 * 1024, 'x'));
  for (int i = 0; i < 5000 && !closed; ++i) {
    if (client.socket.send_some(frame) == 0) std::this_thread::sleep_for(milliseconds(2));
  }
  EXPECT_TRUE(closed);
  expect_alive();
  stop();  // its handler knows a variable of this test
}

TEST_F(ConnectionTest, AFloodOfSmallMessagesIsEchoedWhole) {
  start();
  WsClient client = open();
  std::string flood;
  for (int i = 0; i < 50'000; ++i) flood += WsClient::frame(opcode::kText, "ab");
  std::thread sender([&] { client.socket.send(flood); });
  const std::string echoed = client.socket.receive(50'000U * 4);
  sender.join();
  std::string expected;
  for (int i = 0; i < 50'000; ++i)
    expected +=
        "\x81\x02"
        "ab";
  EXPECT_TRUE(echoed == expected);
}

}  // namespace
}  // namespace wsproof::test
