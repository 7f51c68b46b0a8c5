// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/http_response.h"

#include <gtest/gtest.h>

#include <string>

#include "server/protocol/http_head.h"

namespace wsproof {
namespace {

TEST(FormatHttpResponse, IsAWholeAnswer) {
  EXPECT_EQ(format_http_response(404, "text/plain", "gone\n", {{"X", "y"}, {"Z", ""}}),
            "HTTP/1.1 404 Not Found\r\n"
            "Content-Type: text/plain\r\n"
            "Content-Length: 5\r\n"
            "Connection: close\r\n"
            "X: y\r\n"
            "Z: \r\n"
            "\r\n"
            "gone\n");
}

TEST(FormatHttpResponse, AnswersHeadWithTheSameHeadAndNoBody) {
  const std::string whole = format_http_response(200, "text/html", "<p>", {});
  const std::string head = format_http_response(200, "text/html", "<p>", {}, true);
  EXPECT_EQ(head + "<p>", whole);
}

TEST(FormatHttpResponse, LeavesAnEmptyContentTypeOut) {
  EXPECT_EQ(format_http_response(200, "", "", {}),
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

TEST(FormatHttpResponse, SaysNothingOfALengthWhereThereCanBeNoBody) {
  for (const int status : {103, 204, 304}) {
    const std::string answer = format_http_response(status, "text/plain", "body", {});
    EXPECT_EQ(answer.find("Content-"), std::string::npos) << status;
    EXPECT_EQ(answer.find("body"), std::string::npos) << status;
  }
}

TEST(FormatHttpResponse, NamesUpgradeInConnection) {
  const std::string answer = format_http_response(426, "", "", {{"upgrade", "websocket"}});
  EXPECT_NE(answer.find("\r\nConnection: close, Upgrade\r\n"), std::string::npos);
}

TEST(FormatHttpResponse, EveryStatusHasALineThatParses) {
  for (int status = 100; status < 600; ++status) {
    const std::string answer = format_http_response(status, "a/b", "x", {});
    ResponseHead head;
    ASSERT_EQ(parse_response_head(as_bytes(answer), Limits{}, head).status,
              HeadResult::Status::kDone);
    EXPECT_EQ(head.status, status);
    EXPECT_EQ(head.reason, reason_phrase(status));
  }
}

}  // namespace
}  // namespace wsproof
