// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/opening.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/support/counting_random.h"
#include "tests/support/splits.h"

namespace wsproof {
namespace {

using test::ExactBuffer;
using test::for_every_split;
using test::Pieces;

constexpr std::string_view kRequest =
    "GET /chat HTTP/1.1\r\n"
    "Host: h\r\n"
    "Upgrade: websocket\r\n"
    "Connection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Version: 13\r\n"
    "\r\n";

// What an opening came to: a word, and the octets behind the head.
template <typename Opening>
std::string outcome(Opening& opening, typename Opening::Status status) {
  if (status == Opening::Status::kNeedMore) return "need more";
  if (status == Opening::Status::kError) return std::string(info(opening.error()).name);
  return "done:" + std::string(as_text(opening.rest()));
}

class ServerOpeningTest : public ::testing::Test {
 public:
  Limits limits;

  void expect(std::string_view input, const std::string& expected) const {
    for_every_split(input, [&](const Pieces& pieces) {
      ServerOpening opening(limits);
      auto status = ServerOpening::Status::kNeedMore;
      for (const ExactBuffer& piece : pieces) status = opening.push(piece.bytes());
      EXPECT_EQ(outcome(opening, status), expected);
      if (status == ServerOpening::Status::kRequest) {
        EXPECT_EQ(opening.head().method, "GET");
        EXPECT_EQ(opening.head().target, "/chat");
        EXPECT_EQ(opening.head().fields.lines.size(), 5U);
        EXPECT_EQ(opening.head().fields.first("sec-websocket-version"), "13");
      } else {
        EXPECT_TRUE(opening.rest().empty());
      }
    });
  }
};

TEST_F(ServerOpeningTest, AWholeRequest) { expect(kRequest, "done:"); }

TEST_F(ServerOpeningTest, KeepsWhatComesBehindTheHead) {
  expect(std::string(kRequest) + "\x81\x85 frame", "done:\x81\x85 frame");
}

TEST_F(ServerOpeningTest, AnUnfinishedRequest) {
  expect(kRequest.substr(0, kRequest.size() - 1), "need more");
  expect("", "need more");
}

TEST_F(ServerOpeningTest, TheFirstErrorStands) {
  expect("\x16\x03\x01\x02", "head-malformed");
  expect("GET /\xff HTTP/1.1\r\n\r\n", "target-malformed");
  expect("GET / HTTP/1.1\r\nA : b\r\n\r\n", "head-malformed");
  expect("GET /\n\n", "head-malformed");
}

TEST_F(ServerOpeningTest, LimitsHoldAcrossPieces) {
  limits.field_count = 2;
  expect(kRequest, "too-many-fields");
  limits.field_count = 5;
  expect(kRequest, "done:");
  limits.head = kRequest.size() - 1;
  expect(kRequest, "head-too-long");
  limits.head = 10;
  limits.request_line = 5;
  expect(kRequest, "request-line-too-long");
}

TEST_F(ServerOpeningTest, AnErrorShowsWithTheOctetThatMakesIt) {
  ServerOpening opening(limits);
  EXPECT_EQ(opening.push(as_bytes("GET / HTTP/1.1\r\nHost")), ServerOpening::Status::kNeedMore);
  EXPECT_EQ(opening.push(as_bytes(" ")), ServerOpening::Status::kError);
  EXPECT_EQ(opening.error(), Error::kHeadMalformed);
}

TEST_F(ServerOpeningTest, TheRestMayBeChangedInPlace) {
  ServerOpening opening(limits);
  const ExactBuffer input(std::string(kRequest) + "abc");
  ASSERT_EQ(opening.push(input.bytes()), ServerOpening::Status::kRequest);
  opening.rest()[0] = 'x';
  EXPECT_EQ(as_text(opening.rest()), "xbc");
  EXPECT_EQ(input.text().substr(kRequest.size()), "abc");
}

TEST_F(ServerOpeningTest, TheHeadStaysGoodWhenMoreIsPushed) {
  ServerOpening opening(limits);
  ASSERT_EQ(opening.push(as_bytes(kRequest)), ServerOpening::Status::kRequest);
  const std::string more(10'000, 'x');
  ASSERT_EQ(opening.push(as_bytes(more)), ServerOpening::Status::kRequest);
  EXPECT_EQ(as_text(opening.rest()), more);
  EXPECT_EQ(opening.head().fields.first("Host"), "h");
}

class ClientOpeningTest : public ::testing::Test {
 public:
  ClientOpeningTest() { options.host = "h"; }

  Limits limits;
  ClientHandshakeOptions options;
  std::string answer =
      "HTTP/1.1 101 Switching Protocols\r\n"
      "Upgrade: websocket\r\n"
      "Connection: Upgrade\r\n"
      "Sec-WebSocket-Accept: " +
      accept_key("AAECAwQFBgcICQoLDA0ODw==") + "\r\n\r\n";

  void expect(std::string_view input, const std::string& expected) const {
    for_every_split(input, [&](const Pieces& pieces) {
      test::CountingRandom random;
      ClientOpening opening(options, limits, random);
      EXPECT_EQ(opening.request(), make_request(options, "AAECAwQFBgcICQoLDA0ODw=="));
      auto status = ClientOpening::Status::kNeedMore;
      for (const ExactBuffer& piece : pieces) status = opening.push(piece.bytes());
      EXPECT_EQ(outcome(opening, status), expected);
      if (status != ClientOpening::Status::kOpen) {
        EXPECT_TRUE(opening.rest().empty());
      }
    });
  }
};

TEST_F(ClientOpeningTest, AWholeAnswer) { expect(answer, "done:"); }

TEST_F(ClientOpeningTest, KeepsWhatComesBehindTheHead) {
  expect(answer + "\x81\x05Hello\x89", "done:\x81\x05Hello\x89");
}

TEST_F(ClientOpeningTest, AnUnfinishedAnswer) {
  expect(answer.substr(0, answer.size() - 2), "need more");
}

TEST_F(ClientOpeningTest, InterimAnswersArePassedOver) {
  const std::string interim =
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
  expect(interim, "need more");
  expect(interim + answer + "x", "done:x");
  expect(interim + "HTTP/1.1 404 Not Found\r\n\r\n", "status-not-101");
}

TEST_F(ClientOpeningTest, InterimAnswersStayWithinTheLimitOfOneHead) {
  std::string endless;
  while (endless.size() <= limits.head) endless += "HTTP/1.1 100 Continue\r\n\r\n";
  test::CountingRandom random;
  ClientOpening opening(options, limits, random);
  EXPECT_EQ(opening.push(as_bytes(endless)), ClientOpening::Status::kError);
  EXPECT_EQ(opening.error(), Error::kHeadTooLong);
}

TEST_F(ClientOpeningTest, TheLimitCountsInterimAnswersAndTheAnswer) {
  const std::string input = "HTTP/1.1 100 Continue\r\n\r\n" + answer;
  limits.head = input.size();
  expect(input, "done:");
  limits.head = input.size() - 1;
  expect(input, "head-too-long");
}

TEST_F(ClientOpeningTest, TakesNothingAfterAnError) {
  test::CountingRandom random;
  ClientOpening opening(options, limits, random);
  ASSERT_EQ(opening.push(as_bytes("HTTP/1.1 404 Not Found\r\n\r\n")),
            ClientOpening::Status::kError);
  EXPECT_EQ(opening.push(as_bytes(answer)), ClientOpening::Status::kError);
  EXPECT_EQ(opening.error(), Error::kStatusNot101);
  EXPECT_EQ(opening.head().status, 404);
}

TEST_F(ClientOpeningTest, ErrorsOfTheHeadAndOfWhatItSays) {
  expect("HTP/1.1 101\r\n\r\n", "head-malformed");
  expect("SSH-2.0-x\r\n", "head-malformed");
  expect("HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\nno\n", "status-not-101");
  expect("HTTP/1.1 200 OK\r\n\r\n", "status-not-101");
  expect("HTTP/1.1 199 Nearly\r\n\r\n", "need more");
  expect("HTTP/1.1 101\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", "accept-missing");
  limits.head = 20;
  expect(answer, "head-too-long");
}

TEST_F(ClientOpeningTest, ARefusalCanBeRead) {
  test::CountingRandom random;
  ClientOpening opening(options, limits, random);
  const std::string refusal = "HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 8\r\n\r\n";
  EXPECT_EQ(opening.push(as_bytes(refusal)), ClientOpening::Status::kError);
  EXPECT_EQ(opening.error(), Error::kStatusNot101);
  EXPECT_EQ(opening.head().status, 426);
  EXPECT_EQ(opening.head().fields.first("Sec-WebSocket-Version"), "8");
  EXPECT_EQ(opening.push(as_bytes(answer)), ClientOpening::Status::kError);
}

TEST_F(ClientOpeningTest, AgreementIsToldWhenOpen) {
  options.subprotocols = {"chat"};
  answer.insert(answer.size() - 2,
                "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Extensions: permessage-deflate\r\n");
  test::CountingRandom random;
  ClientOpening opening(options, limits, random);
  ASSERT_EQ(opening.push(as_bytes(answer)), ClientOpening::Status::kOpen);
  EXPECT_EQ(opening.agreement().subprotocol, "chat");
  EXPECT_EQ(opening.agreement().deflate, DeflateParameters{});
  ASSERT_EQ(opening.push(as_bytes("later")), ClientOpening::Status::kOpen);
  EXPECT_EQ(as_text(opening.rest()), "later");
  EXPECT_EQ(opening.head().fields.first("Upgrade"), "websocket");
}

TEST(Openings, MeetOctetByOctet) {
  const Limits limits;
  ClientHandshakeOptions client_options;
  client_options.host = "localhost";
  client_options.resource = "/echo";
  test::CountingRandom random;
  ClientOpening client(client_options, limits, random);
  ServerOpening server(limits);
  for (const char& c : client.request()) {
    const auto status = server.push(as_bytes({&c, 1}));
    ASSERT_EQ(status == ServerOpening::Status::kRequest, &c == &client.request().back());
  }
  const auto acceptance = accept_request(server.head(), {});
  ASSERT_TRUE(acceptance);
  for (const char& c : acceptance->response) {
    const auto status = client.push(as_bytes({&c, 1}));
    ASSERT_EQ(status == ClientOpening::Status::kOpen, &c == &acceptance->response.back());
  }
  EXPECT_EQ(client.agreement().resource, acceptance->agreement.resource);
  EXPECT_EQ(client.agreement().deflate, acceptance->agreement.deflate);
  EXPECT_TRUE(client.agreement().deflate);
}

}  // namespace
}  // namespace wsproof
