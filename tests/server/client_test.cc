// SPDX-License-Identifier: Apache-2.0
#include "server/app/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "server/transport/loop.h"
#include "server/transport/tcp.h"
#include "server/transport/timer.h"
#include "tests/server/server_fixture.h"

namespace wsproof::test {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

/// A server of ours in a thread of its own, and one client on a loop of the test's. What the client
/// tells is written down.
class ClientTest : public ServerTest {
 protected:
  ClientTest() : impatience_(loop, [this] { give_up(); }) { wanted.host = "127.0.0.1"; }

  /// With the options as they are in `wanted`.
  void begin() {
    if (wanted.port == 80) wanted.port = port;
    client = std::make_unique<WebSocketClient>(loop, wanted);
    client->on_open([this] {
      opened = true;
      if (at_open) at_open();
    });
    client->on_message([this](Message message) {
      messages.emplace_back(message.text());
      kinds.push_back(message.kind());
      if (at_message) at_message();
    });
    client->on_close([this](const CloseInfo& info, const std::string& failure_sentence) {
      ++ends;
      end = info;
      failure = failure_sentence;
      client.reset();  // allowed here
      loop.stop();
    });
  }

  /// Until the client has told its end, and no longer.
  void run() {
    begin();
    go_on();
    EXPECT_EQ(ends, 1);
  }

  void go_on() {
    impatience_.start(std::chrono::seconds(10));
    loop.run();
    impatience_.stop();
  }

  void expect_failure(const std::string& sentence) {
    run();
    EXPECT_FALSE(opened);
    EXPECT_THAT(failure, HasSubstr(sentence));
    EXPECT_FALSE(end.clean);
  }

  /// Something that accepts TCP on the test's loop, and does what the test says.
  void listen(const TcpListener::Accept& accept) {
    auto listening = TcpListener::listen(loop, {.host = "127.0.0.1"}, accept);
    ASSERT_TRUE(listening) << listening.error().message;
    listener = std::move(*listening);
    wanted.port = listener->port();
  }

  Loop loop;
  WebSocketClientOptions wanted;
  std::unique_ptr<TcpListener> listener;
  std::unique_ptr<Stream> accepted;
  std::unique_ptr<WebSocketClient> client;
  std::function<void()> at_open;
  std::function<void()> at_message;
  bool opened = false;
  int ends = 0;
  std::vector<std::string> messages;
  std::vector<MessageKind> kinds;
  CloseInfo end;
  std::string failure;

 private:
  void give_up() {
    ADD_FAILURE() << "it never came";
    loop.stop();
  }

  Timer impatience_;
};

TEST_F(ClientTest, SendsAndReceives) {
  start();
  const std::string large(300'000, 'w');
  at_open = [&] {
    EXPECT_TRUE(client->is_open());
    EXPECT_TRUE(client->send("hello"));
    EXPECT_TRUE(client->send(MessageKind::kBinary, as_bytes(large)));
  };
  at_message = [&] {
    if (messages.size() < 2) return;
    EXPECT_TRUE(client->close(1000, "enough"));
  };
  run();
  EXPECT_EQ(failure, "");
  EXPECT_THAT(messages, ElementsAre("hello", large));
  EXPECT_THAT(kinds, ElementsAre(MessageKind::kText, MessageKind::kBinary));
  EXPECT_TRUE(end.clean);
  EXPECT_EQ(end.code, 1000);
}

TEST_F(ClientTest, SendsOnlyWhileItIsOpen) {
  start();
  begin();
  EXPECT_FALSE(client->is_open());
  EXPECT_FALSE(client->send("early"));
  EXPECT_FALSE(client->close(1000, {}));
  EXPECT_EQ(client->pending(), 0U);
  at_open = [this] {
    EXPECT_FALSE(client->close(1006, {}));  // §7.4.1: must not be set in a Close frame
    EXPECT_TRUE(client->close(1000, {}));
    EXPECT_FALSE(client->send("late"));
  };
  go_on();
  EXPECT_TRUE(end.clean);
  EXPECT_THAT(messages, ElementsAre());
}

TEST_F(ClientTest, TellsHowTheServerEndsIt) {
  prepare();
  server->on_message("/end", [](Client& its, Message) { its.close(4001, "go away"); });
  start();
  wanted.resource = "/end?now";
  at_open = [this] { client->send("end it"); };
  run();
  EXPECT_TRUE(opened);
  EXPECT_EQ(end.code, 4001);
  EXPECT_EQ(end.reason, "go away");
  EXPECT_TRUE(end.clean);
  EXPECT_EQ(failure, "");
}

TEST_F(ClientTest, ReadsWhatComesRightBehindTheAnswer) {
  prepare();
  server->on_open([](Client& its) { its.send("first"); });
  start();
  at_message = [this] { client->close(1000, {}); };
  run();
  EXPECT_THAT(messages, ElementsAre("first"));
}

TEST_F(ClientTest, SaysThatTheHandshakeWasRefused) {
  start();
  wanted.resource = "/nowhere";
  expect_failure("the server did not open: The status of the answer is not 101");
}

TEST_F(ClientTest, SaysThatTheNameIsNotKnown) {
  wanted.host = "no.such.name.invalid";
  expect_failure("cannot connect to no.such.name.invalid port ");
}

TEST_F(ClientTest, SaysThatNobodyListens) {
  listen([](const auto&) {});
  listener.reset();
  expect_failure("connection refused");
}

TEST_F(ClientTest, SaysThatTcpEndedBeforeTheAnswer) {
  listen([this](std::unique_ptr<Stream> stream) {
    accepted = std::move(stream);
    accepted->shutdown();
  });
  expect_failure("the server ended TCP before its answer was complete");
}

TEST_F(ClientTest, DoesNotWaitForeverForTheAnswer) {
  listen([this](std::unique_ptr<Stream> stream) { accepted = std::move(stream); });
  wanted.limits.handshake_timeout = milliseconds(1);
  expect_failure("no answer to the opening handshake in time");
}

TEST_F(ClientTest, SaysWhatItIsInTheRequest) {
  wanted.origin = "http://here.example";
  wanted.subprotocols = {"chat", "superchat"};
  wanted.user_agent = "test/1";
  struct Head : StreamHandler {
    void on_data(MutableBytes bytes) override {
      text += as_text(bytes);
      stream->close();
    }
    void on_eof() override {}
    void on_error(const TransportError&) override {}
    std::string text;
    Stream* stream = nullptr;
  } head;
  listen([&](std::unique_ptr<Stream> stream) {
    accepted = std::move(stream);
    head.stream = accepted.get();
    accepted->start(head);
  });
  run();
  EXPECT_THAT(
      head.text,
      StartsWith("GET / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(wanted.port) + "\r\n"));
  for (const char* line : {"\r\nOrigin: http://here.example\r\n", "\r\nUser-Agent: test/1\r\n",
                           "\r\nSec-WebSocket-Protocol: chat, superchat\r\n"}) {
    EXPECT_THAT(head.text, HasSubstr(line));
  }
}

TEST_F(ClientTest, RefusesOptionsThatMakeNoRequest) {
  for (const std::string resource : {"", "no-slash", "/with blank", "/#fragment"}) {
    wanted.resource = resource;
    EXPECT_THROW(WebSocketClient(loop, wanted), std::invalid_argument) << resource;
  }
}

TEST_F(ClientTest, SaysNothingOnceItIsDestroyed) {
  start();
  begin();
  client.reset();
  begin();
  at_open = [this] {
    loop.defer([this] {
      client.reset();
      loop.stop();
    });
  };
  go_on();
  EXPECT_EQ(ends, 0);
  expect_alive();
}

/// The same over TLS, with a certificate that the server makes at its start.
class TlsClientTest : public ClientTest {
 protected:
  TlsClientTest() { options.tls.self_signed = true; }
  ~TlsClientTest() override { std::remove(file_.c_str()); }

  /// Trusts the server's certificate, and no other.
  void trust() {
    std::ofstream(file_) << server->certificate();
    trust({.ca_file = file_});
  }

  void trust(const TlsClientOptions& whom) {
    auto made = TlsContext::client(whom);
    ASSERT_TRUE(made) << made.error();
    wanted.tls = std::move(*made);
  }

  void expect_echo() {
    at_open = [this] { client->send("through TLS"); };
    at_message = [this] { client->close(1000, {}); };
    run();
    EXPECT_EQ(failure, "");
    EXPECT_THAT(messages, ElementsAre("through TLS"));
    EXPECT_TRUE(end.clean);
    EXPECT_EQ(end.code, 1000);
  }

 private:
  const std::string file_ = testing::TempDir() + "wsproof-client-" +
                            testing::UnitTest::GetInstance()->current_test_info()->name() + ".pem";
};

TEST_F(TlsClientTest, SendsAndReceives) {
  start();
  trust();
  expect_echo();
}

TEST_F(TlsClientTest, SendsAndReceivesMuch) {
  start();
  trust();
  const std::string large(3'000'000, 'w');
  at_open = [&] { client->send(MessageKind::kBinary, as_bytes(large)); };
  at_message = [this] { client->close(1000, {}); };
  run();
  EXPECT_THAT(messages, ElementsAre(large));
}

TEST_F(TlsClientTest, RefusesACertificateThatNobodyVouchesFor) {
  start();
  trust(TlsClientOptions{});
  expect_failure("the server's certificate is not trusted: self");
}

TEST_F(TlsClientTest, ChecksTheNameThatItIsGiven) {
  start();
  trust();
  wanted.server_name = "example.org";
  expect_failure("the server's certificate is not for example.org but for localhost");
}

TEST_F(TlsClientTest, TakesAnyCertificateWhereItIsTold) {
  start();
  trust({.verify = false});
  wanted.server_name = "example.org";
  expect_echo();
}

TEST_F(TlsClientTest, SaysThatTheHandshakeWasRefused) {
  start();
  trust();
  wanted.resource = "/nowhere";
  expect_failure("the server did not open: The status of the answer is not 101");
}

TEST_F(TlsClientTest, SaysThatTheServerDoesNotSpeakTls) {
  options.tls.self_signed = false;
  start();
  trust({.verify = false});
  expect_failure("the peer does not speak TLS");
}

TEST_F(TlsClientTest, SaysThatNobodyListens) {
  listen([](const auto&) {});
  listener.reset();
  trust({.verify = false});
  expect_failure("connection refused");
}

TEST_F(TlsClientTest, DoesNotWaitForeverForTls) {
  listen([this](std::unique_ptr<Stream> stream) { accepted = std::move(stream); });
  trust({.verify = false});
  wanted.limits.handshake_timeout = milliseconds(1);
  expect_failure("no answer to the opening handshake in time");
}

}  // namespace
}  // namespace wsproof::test
