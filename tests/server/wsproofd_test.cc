// SPDX-License-Identifier: Apache-2.0
// The programs as a person starts them: lines, signals, exit statuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/server/program.h"
#include "tests/server/ws_client.h"

namespace wsproof::test {
namespace {

using End = RawSocket::End;

class Wsproofd {
 public:
  explicit Wsproofd(std::vector<std::string> flags = {})
      : program(WSPROOF_DAEMON, all(std::move(flags))) {
    first_line = program.line();
    const std::size_t colon = first_line.rfind(':');
    if (first_line.ends_with("/") && colon != std::string::npos) {
      port = static_cast<std::uint16_t>(std::stoi(first_line.substr(colon + 1)));
    }
  }

  WsClient open(std::string_view target) const {
    WsClient client(port);
    EXPECT_TRUE(client.open(target).starts_with("HTTP/1.1 101 "));
    return client;
  }

  std::string first_line;
  std::uint16_t port = 0;
  Program program;

 private:
  static std::vector<std::string> all(std::vector<std::string> flags) {
    flags.insert(flags.begin(), {"--host", "127.0.0.1", "--port", "0"});
    return flags;
  }
};

TEST(WsproofdTest, SaysWhereItListensAndEndsInGoodOrder) {
  for (const int signal : {SIGTERM, SIGINT}) {
    Wsproofd wsproofd;
    EXPECT_EQ(wsproofd.first_line,
              "wsproofd: listening on ws://127.0.0.1:" + std::to_string(wsproofd.port) + "/");
    WsClient client = wsproofd.open("/broadcast");
    client.send_text("hello");
    EXPECT_EQ(client.receive_payload(), "HELLO");
    wsproofd.program.signal(signal);
    EXPECT_EQ(client.receive().close_code(), 1001);
    client.send_close(1001);
    EXPECT_EQ(client.socket.receive_all(), "");
    client.socket.close();
    EXPECT_EQ(wsproofd.program.wait(), 0);
    EXPECT_EQ(wsproofd.program.err(), "");
  }
}

TEST(WsproofdTest, QuietSaysOnlyWhereItListens) {
  Wsproofd wsproofd({"--quiet"});
  EXPECT_NE(wsproofd.port, 0);
  wsproofd.program.signal(SIGTERM);
  EXPECT_EQ(wsproofd.program.wait(), 0);
  EXPECT_EQ(wsproofd.program.out(), "");
}

TEST(WsproofdTest, ASecondSignalDoesNotWait) {
  Wsproofd wsproofd({"--drain-timeout", "3600", "--close-timeout", "3600"});
  WsClient client = wsproofd.open("/echo");
  wsproofd.program.signal(SIGINT);
  EXPECT_EQ(client.receive().close_code(), 1001);
  wsproofd.program.signal(SIGINT);
  EXPECT_EQ(wsproofd.program.wait(), 0);
}

TEST(WsproofdTest, TheDrainTimeoutEndsTheWait) {
  Wsproofd wsproofd({"--drain-timeout", "50ms", "--close-timeout", "3600"});
  WsClient client = wsproofd.open("/echo");
  wsproofd.program.signal(SIGTERM);
  EXPECT_EQ(client.receive().close_code(), 1001);
  EXPECT_EQ(wsproofd.program.wait(), 0);
}

TEST(WsproofdTest, BracketsIpv6) {
  Program program(WSPROOF_DAEMON, {"--host", "::1", "--port", "0"});
  const std::string line = program.line();
  if (line.empty()) GTEST_SKIP() << "no IPv6 here";
  EXPECT_TRUE(line.starts_with("wsproofd: listening on ws://[::1]:")) << line;
}

TEST(WsproofdTest, APortInUseIsOneSentenceAndStatus1) {
  Wsproofd first;
  const std::string port = std::to_string(first.port);
  Program second(WSPROOF_DAEMON, {"--host", "127.0.0.1", "--port", port});
  EXPECT_EQ(second.wait(), 1);
  EXPECT_EQ(second.out(), "");
  EXPECT_EQ(second.err(),
            "wsproofd: cannot listen on 127.0.0.1 port " + port + ": address already in use\n");
}

TEST(WsproofdTest, AWrongFlagIsOneSentenceAndStatus2) {
  Program program(WSPROOF_DAEMON, {"--max-message", "lots"});
  EXPECT_EQ(program.wait(), 2);
  EXPECT_EQ(program.out(), "");
  EXPECT_EQ(program.err(),
            "wsproofd: --max-message lots: expected a size such as 512, 64k or 16m, and at least "
            "1\n");
}

TEST(WsproofdTest, HelpAndVersionGoToStandardOutput) {
  Program help(WSPROOF_DAEMON, {"--help"});
  EXPECT_EQ(help.wait(), 0);
  EXPECT_THAT(help.out(), testing::HasSubstr("Example: wsproofd "));
  Program version(WSPROOF_DAEMON, {"--version"});
  EXPECT_EQ(version.wait(), 0);
  EXPECT_TRUE(version.out().starts_with("wsproofd ")) << version.out();
}

TEST(WsproofdTest, ServesItsPage) {
  Wsproofd wsproofd;
  WsClient client(wsproofd.port);
  const std::string answer = client.ask("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
  EXPECT_TRUE(answer.ends_with("</html>\n"));
  EXPECT_EQ(client.socket.end(), End::kFin);
}

TEST(WsproofdTest, FlagsReachTheServer) {
  Wsproofd wsproofd({"--max-message", "1k", "--subprotocol", "chat", "--deflate", "off"});
  WsClient client(wsproofd.port);
  const std::string answer = client.open("/echo",
                                         "Sec-WebSocket-Protocol: chat\r\n"
                                         "Sec-WebSocket-Extensions: permessage-deflate\r\n");
  EXPECT_THAT(answer, testing::HasSubstr("Sec-WebSocket-Protocol: chat\r\n"));
  EXPECT_THAT(answer, testing::Not(testing::HasSubstr("Sec-WebSocket-Extensions")));
  client.send_text(std::string(1025, 'x'));
  EXPECT_EQ(client.receive().close_code(), 1009);
}

TEST(WsproofdTest, PingsAfterTheHeartbeat) {
  Wsproofd wsproofd({"--heartbeat", "30ms"});
  WsClient client = wsproofd.open("/echo");
  EXPECT_EQ(client.receive().opcode(), opcode::kPing);
}

TEST(ExampleTest, BroadcastsInUpperCase) {
  constexpr std::uint16_t kPort = 8000;
  if (RawSocket().connect(kPort)) GTEST_SKIP() << "port 8000 is in use";
  const Program example(WSPROOF_EXAMPLE, {});
  RawSocket socket;
  // Nothing is printed when it listens; ten seconds of patience.
  for (int i = 0; i < 1000 && !socket.connect(kPort); ++i) {
    socket = RawSocket();
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  WsClient a(std::move(socket));
  ASSERT_TRUE(a.open("/").starts_with("HTTP/1.1 101 "));
  WsClient b(kPort);
  b.open("/anywhere");
  a.send_text("hello");
  EXPECT_EQ(b.receive_payload(), "HELLO");
  EXPECT_EQ(a.receive_payload(), "HELLO");
}

}  // namespace
}  // namespace wsproof::test
