// SPDX-License-Identifier: Apache-2.0
// What each path and method gets, over a real connection.
#include "server/app/routes.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/server/server_fixture.h"

namespace wsproof::test {
namespace {

using End = RawSocket::End;

class RoutesTest : public ServerTest {
 protected:
  void SetUp() override { start(); }

  /// The whole answer; the connection must have ended with FIN.
  std::string ask(const std::string& request) {
    WsClient client = connect();
    std::string answer = client.ask(request);
    EXPECT_EQ(client.socket.end(), End::kFin);
    return answer;
  }
  std::string plain(const std::string& method, const std::string& target) {
    return ask(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }
};

TEST_F(RoutesTest, ABrowserGetsThePage) {
  const std::string answer = plain("GET", "/");
  EXPECT_EQ(status_of(answer), 200);
  EXPECT_NE(answer.find("Content-Type: text/html; charset=utf-8\r\n"), std::string::npos);
  EXPECT_NE(answer.find("Content-Length: 11\r\n"), std::string::npos);
  EXPECT_NE(answer.find("Content-Security-Policy: "), std::string::npos);
  EXPECT_EQ(body_of(answer), "<p>page</p>");
}

TEST_F(RoutesTest, TheQueryDoesNotCount) { EXPECT_EQ(status_of(plain("GET", "/?a=/b")), 200); }

TEST_F(RoutesTest, AnAbsoluteUriIsAPathToo) {
  EXPECT_EQ(status_of(plain("GET", "http://localhost/")), 200);
}

TEST_F(RoutesTest, HttpOneZeroGetsThePageToo) {
  EXPECT_EQ(status_of(ask("GET / HTTP/1.0\r\n\r\n")), 200);
}

TEST_F(RoutesTest, AnotherMajorVersionIs505) {
  EXPECT_EQ(status_of(ask("GET / HTTP/2.0\r\nHost: localhost\r\n\r\n")), 505);
}

TEST_F(RoutesTest, HeadGetsTheSameHeadWithoutBody) {
  std::string get = plain("GET", "/");
  get.resize(get.find("\r\n\r\n") + 4);
  EXPECT_EQ(plain("HEAD", "/"), get);
}

TEST_F(RoutesTest, UnknownPathsAre404) {
  for (const std::string target : {"/nowhere", "/echo/", "//", "/index.html", "/ECHO"}) {
    EXPECT_EQ(status_of(plain("GET", target)), 404) << target;
    EXPECT_EQ(status_of(plain("POST", target)), 404) << target;
    EXPECT_EQ(status_of(ask(WsClient::request(target))), 404) << target;
  }
  EXPECT_EQ(body_of(plain("HEAD", "/nowhere")), "");
}

TEST_F(RoutesTest, OtherMethodsAre405AndSayWhatIsAllowed) {
  for (const std::string method : {"POST", "PUT", "DELETE", "OPTIONS", "get"}) {
    const std::string answer = plain(method, "/");
    EXPECT_EQ(status_of(answer), 405) << method;
    EXPECT_NE(answer.find("Allow: GET, HEAD\r\n"), std::string::npos) << answer;
  }
  EXPECT_EQ(status_of(plain("OPTIONS", "*")), 405);
  EXPECT_EQ(status_of(plain("CONNECT", "localhost:80")), 405);
}

TEST_F(RoutesTest, AWebSocketPathWantsAnUpgrade) {
  const std::string answer = plain("GET", "/echo");
  EXPECT_EQ(status_of(answer), 426);
  EXPECT_NE(answer.find("Upgrade: websocket\r\n"), std::string::npos) << answer;
}

TEST_F(RoutesTest, ATargetThatIsNoPathIs400) { EXPECT_EQ(status_of(plain("GET", "*")), 400); }

TEST_F(RoutesTest, HostMustBeThereOnce) {
  EXPECT_EQ(status_of(ask("GET / HTTP/1.1\r\n\r\n")), 400);
  EXPECT_EQ(status_of(ask("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")), 400);
}

TEST_F(RoutesTest, ABodyThatIsStillArrivingDoesNotCostTheAnswer) {
  WsClient client = connect();
  const std::string body(4 * 1024 * 1024, 'x');
  client.socket.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
                     std::to_string(body.size()) + "\r\n\r\n");
  // Were the connection closed with octets unread, RST would take the answer away.
  EXPECT_TRUE(client.socket.send(body));
  client.socket.shutdown_write();
  EXPECT_EQ(status_of(client.socket.receive_all()), 405);
  EXPECT_EQ(client.socket.end(), End::kFin);
}

TEST_F(RoutesTest, AHalfClosedClientGetsItsAnswer) {
  WsClient client = connect();
  client.socket.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  client.socket.shutdown_write();
  EXPECT_EQ(status_of(client.socket.receive_all()), 200);
  EXPECT_EQ(client.socket.end(), End::kFin);
}

TEST_F(RoutesTest, AHeadMayArriveInPiecesCutAnywhere) {
  const std::string request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  for (std::size_t cut = 1; cut < request.size(); ++cut) {
    WsClient client = connect();
    client.socket.send(request.substr(0, cut));
    EXPECT_EQ(status_of(client.ask(request.substr(cut))), 200) << cut;
  }
}

TEST_F(RoutesTest, EchoesOnTheRootAndOnEcho) {
  for (const std::string target : {"/", "/echo", "/echo?x=1"}) {
    WsClient client = open(target);
    client.send_text("h\xC3\xA9llo");
    ReceivedFrame answer = client.receive();
    EXPECT_EQ(answer.first, 0x81);
    EXPECT_EQ(answer.payload, "h\xC3\xA9llo");
    client.send_binary(std::string("\0\xFF", 2));
    answer = client.receive();
    EXPECT_EQ(answer.first, 0x82);
    EXPECT_EQ(answer.payload, std::string("\0\xFF", 2));
  }
}

TEST_F(RoutesTest, FramesBehindTheRequestAreNotLost) {
  WsClient client = connect();
  client.socket.send(WsClient::request("/echo") + WsClient::frame(opcode::kText, "early"));
  client.socket.receive_until("\r\n\r\n");
  EXPECT_EQ(client.receive_payload(), "early");
}

}  // namespace
}  // namespace wsproof::test
