// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/http_head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "server/protocol/head_scanner.h"
#include "tests/support/exact_buffer.h"
#include "tests/support/splits.h"

namespace wsproof {
namespace {

using test::ExactBuffer;
using Status = HeadResult::Status;

// A head as a line of text: what was parsed, in the order of the wire.
std::string to_string(const Fields& fields) {
  std::string text;
  for (const Field& field : fields.lines) {
    text.append(" | ").append(field.name).append("=").append(field.value);
  }
  return text;
}

std::string to_string(const RequestHead& head) {
  return std::string(head.method) + " " + std::string(head.target) + " " +
         std::to_string(head.version_major) + "." + std::to_string(head.version_minor) +
         to_string(head.fields);
}

std::string to_string(const ResponseHead& head) {
  return std::to_string(head.version_major) + "." + std::to_string(head.version_minor) + " " +
         std::to_string(head.status) + " '" + std::string(head.reason) + "'" +
         to_string(head.fields);
}

HeadResult parse(Bytes input, const Limits& limits, RequestHead& head) {
  return parse_request_head(input, limits, head);
}
HeadResult parse(Bytes input, const Limits& limits, ResponseHead& head) {
  return parse_response_head(input, limits, head);
}

template <typename Head>
class HeadTest : public ::testing::Test {
 public:
  Limits limits;

  // The head is complete with the last octet of `text` and not before.
  void expect_head(std::string_view text, std::string_view expected) {
    for (std::size_t size = 0; size < text.size(); ++size) {
      const ExactBuffer part(text.substr(0, size));
      Head head;
      ASSERT_EQ(parse(part.bytes(), limits, head).status, Status::kNeedMore) << "at " << size;
    }
    for (const std::string_view behind : {"", "\r\n", "\x81\x80", "GET / HTTP/1.1\r\n\r\n"}) {
      const ExactBuffer whole(std::string(text).append(behind));
      Head head;
      const HeadResult result = parse(whole.bytes(), limits, head);
      ASSERT_EQ(result.status, Status::kDone);
      EXPECT_EQ(result.consumed, text.size());
      EXPECT_EQ(to_string(head), expected);
    }
    expect_scanned(text, "done");
  }

  // The last octet of `text` is the first that cannot be right.
  void expect_error(std::string_view text, Error error) {
    for (std::size_t size = 0; size < text.size(); ++size) {
      const ExactBuffer part(text.substr(0, size));
      Head head;
      ASSERT_EQ(parse(part.bytes(), limits, head).status, Status::kNeedMore) << "at " << size;
    }
    const ExactBuffer whole(text);
    Head head;
    const HeadResult result = parse(whole.bytes(), limits, head);
    ASSERT_EQ(result.status, Status::kError);
    EXPECT_EQ(info(result.error).name, info(error).name);
    expect_scanned(text, info(error).name);
  }

 private:
  // The same through one scanner and pieces cut anywhere.
  void expect_scanned(std::string_view text, std::string_view outcome) {
    constexpr auto kKind = std::is_same_v<Head, RequestHead> ? HeadScanner::Kind::kRequest
                                                             : HeadScanner::Kind::kResponse;
    test::for_every_split(text, [&](const test::Pieces& pieces) {
      HeadScanner scanner(kKind, limits);
      for (const ExactBuffer& piece : pieces) scanner.scan(piece.bytes());
      EXPECT_EQ(scanner.size(), text.size());
      const bool done = scanner.status() == HeadScanner::Status::kDone;
      EXPECT_EQ(done ? "done" : info(scanner.error()).name, outcome);
      // Nothing more is taken.
      scanner.scan(as_bytes("x"));
      EXPECT_EQ(scanner.size(), text.size());
    });
  }
};

using RequestTest = HeadTest<RequestHead>;
using ResponseTest = HeadTest<ResponseHead>;

TEST_F(RequestTest, ExampleOfRfc6455) {
  expect_head(
      "GET /chat HTTP/1.1\r\n"
      "Host: server.example.com\r\n"
      "Upgrade: websocket\r\n"
      "Connection: Upgrade\r\n"
      "\r\n",
      "GET /chat 1.1 | Host=server.example.com | Upgrade=websocket | Connection=Upgrade");
}

TEST_F(RequestTest, NoFields) { expect_head("GET / HTTP/1.1\r\n\r\n", "GET / 1.1"); }

TEST_F(RequestTest, OtherMethodsAndVersions) {
  expect_head("OPTIONS * HTTP/1.0\r\n\r\n", "OPTIONS * 1.0");
  expect_head("M-SEARCH http://h/ HTTP/2.9\r\n\r\n", "M-SEARCH http://h/ 2.9");
  expect_head("get / HTTP/0.9\r\n\r\n", "get / 0.9");
}

TEST_F(RequestTest, BlanksAroundValuesAreNotPartOfThem) {
  expect_head("GET / HTTP/1.1\r\na:1\r\nb: \t2 3\t \r\nc:\r\nd: \t\r\n\r\n",
              "GET / 1.1 | a=1 | b=2 3 | c= | d=");
}

TEST_F(RequestTest, ValuesMayHoldColonsAndOctetsBeyondAscii) {
  expect_head("GET / HTTP/1.1\r\nHost: [::1]:80\r\nX: \xff\xc3\xa9\r\n\r\n",
              "GET / 1.1 | Host=[::1]:80 | X=\xff\xc3\xa9");
}

TEST_F(RequestTest, OneEmptyLineBeforeTheRequestLineIsPassedOver) {
  expect_head("\r\nGET / HTTP/1.1\r\n\r\n", "GET / 1.1");
  expect_error("\r\n\r", Error::kHeadMalformed);
}

TEST_F(RequestTest, MethodIsAToken) {
  expect_error(" ", Error::kHeadMalformed);
  expect_error("\n", Error::kHeadMalformed);
  expect_error("\r\r", Error::kHeadMalformed);
  expect_error("G(", Error::kHeadMalformed);
  expect_error("GET\r", Error::kHeadMalformed);
  expect_error("GET\t", Error::kHeadMalformed);
  // The first octet of a TLS handshake.
  expect_error("\x16", Error::kHeadMalformed);
}

TEST_F(RequestTest, TargetIsVisibleAscii) {
  expect_error("GET  ", Error::kTargetMalformed);
  expect_error("GET /\x80", Error::kTargetMalformed);
  expect_error("GET /\xff", Error::kTargetMalformed);
  expect_error("GET /\x7f", Error::kTargetMalformed);
  expect_error("GET /\t", Error::kTargetMalformed);
  expect_error(std::string_view("GET /\0", 6), Error::kTargetMalformed);
}

TEST_F(RequestTest, BlankInTheTarget) { expect_error("GET /a b", Error::kHeadMalformed); }

TEST_F(RequestTest, VersionIsExact) {
  expect_error("GET /\r", Error::kHeadMalformed);
  expect_error("GET /\n", Error::kHeadMalformed);
  expect_error("GET / h", Error::kHeadMalformed);
  expect_error("GET / HTTP/11", Error::kHeadMalformed);
  expect_error("GET / HTTP/1.\r", Error::kHeadMalformed);
  expect_error("GET / HTTP/1.11", Error::kHeadMalformed);
  expect_error("GET / HTTP/1.1 ", Error::kHeadMalformed);
  expect_error("GET / HTTP/x", Error::kHeadMalformed);
  expect_error("GET / HTTP/1.x", Error::kHeadMalformed);
}

TEST_F(RequestTest, LinesEndWithCrlf) {
  expect_error("GET / HTTP/1.1\n", Error::kHeadMalformed);
  expect_error("GET / HTTP/1.1\r\r", Error::kHeadMalformed);
  expect_error("GET / HTTP/1.1\r\na: b\n", Error::kHeadMalformed);
  expect_error("GET / HTTP/1.1\r\na: b\rc", Error::kHeadMalformed);
  expect_error("GET / HTTP/1.1\r\n\n", Error::kHeadMalformed);
  expect_error("GET / HTTP/1.1\r\n\rx", Error::kHeadMalformed);
}

TEST_F(RequestTest, FieldNameIsATokenUpToTheColon) {
  expect_error("GET / HTTP/1.1\r\n:", Error::kHeadMalformed);
  expect_error("GET / HTTP/1.1\r\nHost ", Error::kHeadMalformed);
  expect_error("GET / HTTP/1.1\r\nHo\xc3", Error::kHeadMalformed);
  expect_error("GET / HTTP/1.1\r\nHost\r", Error::kHeadMalformed);
}

TEST_F(RequestTest, FoldedLinesAreRefused) {
  expect_error("GET / HTTP/1.1\r\n ", Error::kHeadMalformed);
  expect_error("GET / HTTP/1.1\r\na: b\r\n\t", Error::kHeadMalformed);
}

TEST_F(RequestTest, ControlOctetsInValuesAreRefused) {
  for (int value = 0; value < 0x20; ++value) {
    if (value == '\t' || value == '\r') continue;
    const std::string head = "GET / HTTP/1.1\r\na: b";
    expect_error(head + static_cast<char>(value), Error::kHeadMalformed);
  }
  expect_error("GET / HTTP/1.1\r\na: \x7f", Error::kHeadMalformed);
}

TEST_F(RequestTest, RequestLineLimit) {
  limits.request_line = 16;
  expect_head("GET /ab HTTP/1.1\r\n\r\n", "GET /ab 1.1");
  expect_error("GET /abc HTTP/1.1", Error::kRequestLineTooLong);
  expect_error("GET /abcdefghijkl", Error::kRequestLineTooLong);
  expect_error("ABCDEFGHIJKLMNOPQ", Error::kRequestLineTooLong);
}

TEST_F(RequestTest, FieldLineLimit) {
  limits.field_line = 5;
  expect_head("GET / HTTP/1.1\r\na: bc\r\nabcd:\r\n\r\n", "GET / 1.1 | a=bc | abcd=");
  expect_error("GET / HTTP/1.1\r\na: bcd", Error::kFieldTooLong);
  expect_error("GET / HTTP/1.1\r\na: bc\r\nb:    ", Error::kFieldTooLong);
  expect_error("GET / HTTP/1.1\r\nabcdef", Error::kFieldTooLong);
  expect_error("GET / HTTP/1.1\r\nabcde:", Error::kFieldTooLong);
}

TEST_F(RequestTest, FieldCountLimit) {
  limits.field_count = 2;
  expect_head("GET / HTTP/1.1\r\na:\r\nb:\r\n\r\n", "GET / 1.1 | a= | b=");
  expect_error("GET / HTTP/1.1\r\na:\r\nb:\r\nc", Error::kTooManyFields);
}

TEST_F(RequestTest, HeadLimitCountsEveryOctet) {
  const std::string head = "GET / HTTP/1.1\r\na: b\r\n\r\n";
  limits.head = head.size();
  expect_head(head, "GET / 1.1 | a=b");
  for (std::size_t limit = 1; limit < head.size(); ++limit) {
    limits.head = limit;
    expect_error(head.substr(0, limit + 1), Error::kHeadTooLong);
  }
}

TEST_F(RequestTest, DefaultLimitsTakeWhatTheyPromise) {
  const std::string path = "/" + std::string(limits.request_line - 14, 'p');
  std::string head = "GET " + path + " HTTP/1.1\r\n";
  std::string expected = "GET " + path + " 1.1";
  for (int field = 0; field < 100; ++field) {
    head.append("n: " + std::string(200, 'v') + "\r\n");
    expected.append(" | n=" + std::string(200, 'v'));
  }
  head.append("\r\n");
  RequestHead parsed;
  const HeadResult result = parse_request_head(as_bytes(head), limits, parsed);
  ASSERT_EQ(result.status, Status::kDone);
  EXPECT_EQ(to_string(parsed), expected);
}

TEST_F(RequestTest, AHeadIsParsedAnewIntoTheSameObject) {
  RequestHead head;
  const std::string first = "GET / HTTP/1.1\r\na: 1\r\nb: 2\r\n\r\n";
  const std::string second = "PUT /x HTTP/1.0\r\nc: 3\r\n\r\n";
  ASSERT_EQ(parse_request_head(as_bytes(first), limits, head).status, Status::kDone);
  ASSERT_EQ(parse_request_head(as_bytes(second), limits, head).status, Status::kDone);
  EXPECT_EQ(to_string(head), "PUT /x 1.0 | c=3");
}

TEST_F(RequestTest, AnyOctetsGiveAnAnswerAndNeverAReadTooFar) {
  std::mt19937 random(1);  // NOLINT: the same octets each time
  const std::string good = "GET /a?b HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\n";
  for (int round = 0; round < 20'000; ++round) {
    std::string text = good;
    for (int change = 0; change < 2; ++change) {
      text[random() % text.size()] = static_cast<char>(random() % 256);
    }
    const ExactBuffer input(text);
    RequestHead head;
    const HeadResult result = parse_request_head(input.bytes(), limits, head);
    if (result.status != Status::kDone) continue;
    ASSERT_LE(result.consumed, text.size());
    EXPECT_TRUE(is_token(head.method));
    for (const Field& field : head.fields.lines) EXPECT_TRUE(is_token(field.name));
  }
}

TEST_F(ResponseTest, ExampleOfRfc6455) {
  expect_head(
      "HTTP/1.1 101 Switching Protocols\r\n"
      "Upgrade: websocket\r\n"
      "Connection: Upgrade\r\n"
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
      "\r\n",
      "1.1 101 'Switching Protocols' | Upgrade=websocket | Connection=Upgrade | "
      "Sec-WebSocket-Accept=s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_F(ResponseTest, TheReasonMayBeMissing) {
  expect_head("HTTP/1.1 101\r\n\r\n", "1.1 101 ''");
  expect_head("HTTP/1.1 101 \r\n\r\n", "1.1 101 ''");
  expect_head("HTTP/1.0 404  a\tb\xff \r\n\r\n", "1.0 404 ' a\tb\xff '");
}

TEST_F(ResponseTest, StatusLineIsExact) {
  expect_error("h", Error::kHeadMalformed);
  expect_error("\r", Error::kHeadMalformed);
  expect_error("HTP", Error::kHeadMalformed);
  expect_error("HTTP/1.1\r", Error::kHeadMalformed);
  expect_error("HTTP/1.1  ", Error::kHeadMalformed);
  expect_error("HTTP/1.1 0", Error::kHeadMalformed);
  expect_error("HTTP/1.1 10\r", Error::kHeadMalformed);
  expect_error("HTTP/1.1 1011", Error::kHeadMalformed);
  expect_error("HTTP/1.1 1x", Error::kHeadMalformed);
  expect_error("HTTP/1.1 101\n", Error::kHeadMalformed);
  expect_error(std::string_view("HTTP/1.1 101 a\0", 15), Error::kHeadMalformed);
  expect_error("HTTP/1.1 101 a\r\r", Error::kHeadMalformed);
}

TEST_F(ResponseTest, LimitsHoldAsForRequests) {
  limits.request_line = 14;
  expect_head("HTTP/1.1 200 a\r\n\r\n", "1.1 200 'a'");
  expect_error("HTTP/1.1 200 ab", Error::kRequestLineTooLong);
  limits.field_line = 3;
  expect_error("HTTP/1.1 200\r\na: b", Error::kFieldTooLong);
}

class FieldsTest : public ::testing::Test {
 public:
  Fields fields{{{"Host", "a"},
                 {"Connection", "keep-alive, Upgrade"},
                 {"CONNECTION", "x,,y z"},
                 {"Empty", ""},
                 {"host", "b"}}};
};

TEST_F(FieldsTest, CountsWithoutRegardToCase) {
  EXPECT_EQ(fields.count("HOST"), 2U);
  EXPECT_EQ(fields.count("connection"), 2U);
  EXPECT_EQ(fields.count("Hos"), 0U);
}

TEST_F(FieldsTest, FirstTellsEmptyFromAbsent) {
  EXPECT_EQ(fields.first("hOsT"), "a");
  EXPECT_EQ(fields.first("Empty"), "");
  EXPECT_NE(fields.first("Empty").data(), nullptr);
  EXPECT_EQ(fields.first("Absent").data(), nullptr);
  EXPECT_TRUE(fields.has("empty"));
  EXPECT_FALSE(fields.has("absent"));
}

TEST_F(FieldsTest, FindsTokensInEveryFieldOfAName) {
  EXPECT_TRUE(fields.has_token("Connection", "upgrade"));
  EXPECT_TRUE(fields.has_token("Connection", "keep-alive"));
  EXPECT_TRUE(fields.has_token("connection", "X"));
  EXPECT_FALSE(fields.has_token("Connection", "y"));
  EXPECT_FALSE(fields.has_token("Connection", "Upgrad"));
  EXPECT_FALSE(fields.has_token("Connection", ""));
  EXPECT_FALSE(fields.has_token("Empty", ""));
  EXPECT_FALSE(fields.has_token("Host", "upgrade"));
}

}  // namespace
}  // namespace wsproof
