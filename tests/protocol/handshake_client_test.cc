// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/protocol/handshake.h"
#include "server/protocol/http_head.h"

namespace wsproof {
namespace {

constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";

TEST(MakeRequest, ExampleOfRfc6455) {
  ClientHandshakeOptions options;
  options.host = "server.example.com";
  options.resource = "/chat";
  options.origin = "http://example.com";
  options.subprotocols = {"chat", "superchat"};
  options.deflate.enabled = false;
  EXPECT_EQ(make_request(options, kKey),
            "GET /chat HTTP/1.1\r\n"
            "Host: server.example.com\r\n"
            "Upgrade: websocket\r\n"
            "Connection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n"
            "Origin: http://example.com\r\n"
            "Sec-WebSocket-Protocol: chat, superchat\r\n"
            "\r\n");
}

TEST(MakeRequest, OfferAndFieldsOfOnesOwn) {
  ClientHandshakeOptions options;
  options.host = "[::1]:9001";
  options.fields = {{"Cookie", "a=b"}, {"X", ""}};
  EXPECT_EQ(make_request(options, kKey),
            "GET / HTTP/1.1\r\n"
            "Host: [::1]:9001\r\n"
            "Upgrade: websocket\r\n"
            "Connection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
            "Cookie: a=b\r\n"
            "X: \r\n"
            "\r\n");
}

class FindFault : public ::testing::Test {
 public:
  FindFault() { options.host = "h"; }
  ClientHandshakeOptions options;

  std::string fault() const { return find_fault(options).value_or("none"); }
};

TEST_F(FindFault, None) {
  options.subprotocols = {"a", "A", "b.c"};
  options.fields = {{"Cookie", "a"}, {"cookie", "\xff"}};
  options.resource = "/?q=1";
  EXPECT_EQ(fault(), "none");
}

TEST_F(FindFault, Host) {
  for (const char* host : {"", "a b", "h:x", "::1", "h\r\nX: y"}) {
    options.host = host;
    EXPECT_EQ(fault(),
              "the host \"" + std::string(host) + "\" is not a host with an optional port");
  }
}

TEST_F(FindFault, Resource) {
  for (const char* resource : {"", "a", "/a#b", "/a b", "/\xc3\xa9", "http://h/", "/\r\n"}) {
    options.resource = resource;
    EXPECT_THAT(fault(), ::testing::StartsWith("the resource \"" + std::string(resource) + "\""));
  }
}

TEST_F(FindFault, Subprotocols) {
  for (const char* name : {"", "a b", "a,b", "(x)", "\xc3\xbc", "a\r\n"}) {
    options.subprotocols = {"ok", name};
    EXPECT_EQ(fault(), "the subprotocol \"" + std::string(name) + "\" is not a token");
  }
  options.subprotocols = {"a", "b", "a"};
  EXPECT_EQ(fault(), "the subprotocol \"a\" is offered twice");
}

TEST_F(FindFault, OriginAndFields) {
  options.origin = "http://h\r\nX: y";
  EXPECT_EQ(fault(), "the origin has control characters");
  options.origin.clear();
  options.fields = {{"a b", "c"}};
  EXPECT_EQ(fault(), "the field name \"a b\" is not a token");
  options.fields = {{"ok", ""}, {"a", "b\nc"}};
  EXPECT_EQ(fault(), "the value of the field a has control characters");
  for (const char* name : {"host", "Sec-WebSocket-Key", "UPGRADE", "Content-Length"}) {
    options.fields = {{name, "x"}};
    EXPECT_EQ(fault(),
              "the field " + std::string(name) + " is not one to add to a WebSocket handshake");
  }
}

// The answer of RFC 6455 1.2 with the compulsory fields, to be bent by each test.
class CheckResponse : public ::testing::Test {
 public:
  CheckResponse() { options.host = "h"; }

  ClientHandshakeOptions options;
  std::string status_line = "HTTP/1.1 101 Switching Protocols";
  std::vector<std::pair<std::string, std::string>> fields{
      {"Upgrade", "websocket"},
      {"Connection", "Upgrade"},
      {"Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="},
  };

  void add(std::string name, std::string value) {
    fields.emplace_back(std::move(name), std::move(value));
  }
  void remove(std::string_view name) {
    const auto is_it = [name](const auto& field) { return field.first == name; };
    fields.erase(std::remove_if(fields.begin(), fields.end(), is_it), fields.end());
  }
  void set(std::string_view name, const std::string& value) {
    for (auto& field : fields) {
      if (field.first == name) field.second = value;
    }
  }

  tl::expected<Agreement, Error> check() {
    std::string response = status_line + "\r\n";
    for (const auto& [name, value] : fields)
      response.append(name).append(": ").append(value).append("\r\n");
    response.append("\r\n");
    ResponseHead head;
    const HeadResult result = parse_response_head(as_bytes(response), Limits{}, head);
    if (result.status != HeadResult::Status::kDone) return tl::unexpected(result.error);
    return check_response(head, options, kKey);
  }
  Agreement expect_open() {
    const auto result = check();
    EXPECT_TRUE(result) << info(result.error()).name;
    return result ? *result : Agreement{};
  }
  void expect_error(Error error) {
    const auto result = check();
    ASSERT_FALSE(result) << "expected " << info(error).name;
    EXPECT_EQ(info(result.error()).name, info(error).name);
  }
  void expect_error_with(std::string_view name, const std::string& value, Error error) {
    SCOPED_TRACE(std::string(name) + ": " + value);
    const auto before = fields;
    set(name, value);
    expect_error(error);
    fields = before;
  }
};

TEST_F(CheckResponse, MinimalAnswer) {
  options.resource = "/chat";
  const Agreement agreement = expect_open();
  EXPECT_EQ(agreement.resource, "/chat");
  EXPECT_EQ(agreement.subprotocol, "");
  EXPECT_EQ(agreement.deflate, std::nullopt);
}

TEST_F(CheckResponse, FieldsInAnyOrderAndCase) {
  add("X-Foo", "\xff");
  add("Date", "Mon, 23 Nov 2026 19:20:48 GMT");
  std::mt19937 random(1);  // NOLINT: the same orders each time
  for (int round = 0; round < 50; ++round) {
    std::shuffle(fields.begin(), fields.end(), random);
    for (auto& [name, value] : fields) {
      for (char& c : name) {
        if (is_alpha(c) && random() % 2 == 0) c = static_cast<char>(c ^ 0x20);
      }
    }
    expect_open();
  }
}

TEST_F(CheckResponse, StatusIs101) {
  for (const int status :
       {100, 102, 200, 204, 206, 301, 302, 307, 400, 401, 403, 404, 426, 500, 503, 999}) {
    status_line = "HTTP/1.1 " + std::to_string(status) + " X";
    expect_error(Error::kStatusNot101);
  }
  status_line = "HTTP/1.0 404 Not Found";
  expect_error(Error::kStatusNot101);
}

TEST_F(CheckResponse, HttpVersion) {
  status_line = "HTTP/1.0 101 Switching Protocols";
  expect_error(Error::kHttpVersionTooLow);
  status_line = "HTTP/0.9 101 Switching Protocols";
  expect_error(Error::kHttpVersionTooLow);
  status_line = "HTTP/2.0 101 Switching Protocols";
  expect_error(Error::kHttpVersionUnsupported);
  status_line = "HTTP/1.2 101 Switching Protocols";
  expect_open();
}

TEST_F(CheckResponse, StatusLine) {
  status_line = "HTTP/1.1 101";
  expect_open();
  status_line = "HTP/1.1 101 Switching Protocols";
  expect_error(Error::kHeadMalformed);
}

TEST_F(CheckResponse, JunkFieldLines) {
  add("a b", "c");
  expect_error(Error::kHeadMalformed);
  fields.back() = {"a", std::string("b\0c", 3)};
  expect_error(Error::kHeadMalformed);
}

TEST_F(CheckResponse, UpgradeIsWebsocketAndNothingElse) {
  for (const char* value :
       {"", "h2c", "websockets", "websocket, foo", "websoc\xe2\x84\xaa\x65t", "websocket/13"}) {
    expect_error_with("Upgrade", value, Error::kUpgradeMissing);
  }
  for (const char* value : {"WebSocket", "WEBSOCKET", " websocket\t"}) {
    set("Upgrade", value);
    expect_open();
  }
  add("Upgrade", "websocket");
  expect_error(Error::kUpgradeMissing);
  remove("Upgrade");
  expect_error(Error::kUpgradeMissing);
}

TEST_F(CheckResponse, ConnectionHoldsUpgrade) {
  for (const char* value : {"", "close", "Upgraded", "Up grade"}) {
    expect_error_with("Connection", value, Error::kConnectionMissing);
  }
  set("Connection", "keep-alive, UPGRADE");
  expect_open();
  remove("Connection");
  expect_error(Error::kConnectionMissing);
}

TEST_F(CheckResponse, AcceptMissingOrTwice) {
  add("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  expect_error(Error::kAcceptMissing);
  fields.back().second = "wrong";
  expect_error(Error::kAcceptMissing);
  std::swap(fields.back().second, fields[2].second);
  expect_error(Error::kAcceptMissing);
  remove("Sec-WebSocket-Accept");
  expect_error(Error::kAcceptMissing);
}

TEST_F(CheckResponse, AcceptWrong) {
  for (const char* value : {"", "s3pplmbitxaq9kygzzhzrbk+xoo=", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo",
                            "dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, x",
                            "s3pPLMBiTxaQ9kYGzzhZRbK+xO", "Kfh9QIsMVZcl6xEPYxPHzW8SZ8w="}) {
    expect_error_with("Sec-WebSocket-Accept", value, Error::kAcceptWrong);
  }
}

TEST_F(CheckResponse, BlanksAroundAcceptAreIgnored) {
  set("Sec-WebSocket-Accept", " \t s3pPLMBiTxaQ9kYGzzhZRbK+xOo= \t");
  expect_open();
}

TEST_F(CheckResponse, SubprotocolThatWasOffered) {
  options.subprotocols = {"a", "b"};
  EXPECT_EQ(expect_open().subprotocol, "");
  add("Sec-WebSocket-Protocol", " b ");
  EXPECT_EQ(expect_open().subprotocol, "b");
}

TEST_F(CheckResponse, SubprotocolThatWasNot) {
  add("Sec-WebSocket-Protocol", "chat");
  expect_error(Error::kSubprotocolNotOffered);
  options.subprotocols = {"a", "b"};
  for (const char* value : {"c", "A", "ab"}) {
    expect_error_with("Sec-WebSocket-Protocol", value, Error::kSubprotocolNotOffered);
  }
}

TEST_F(CheckResponse, SubprotocolMalformed) {
  options.subprotocols = {"a", "b"};
  add("Sec-WebSocket-Protocol", "");
  for (const char* value : {"", "a, b", "a;b", "a b", "a,", "a\xff"}) {
    expect_error_with("Sec-WebSocket-Protocol", value, Error::kSubprotocolMalformed);
  }
  set("Sec-WebSocket-Protocol", "a");
  add("Sec-WebSocket-Protocol", "a");
  expect_error(Error::kSubprotocolMalformed);
}

TEST_F(CheckResponse, ExtensionThatWasOffered) {
  add("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits=10");
  EXPECT_EQ(expect_open().deflate, (DeflateParameters{.client_max_window_bits = 10}));
}

TEST_F(CheckResponse, ExtensionsInTwoFieldsAreOneList) {
  add("Sec-WebSocket-Extensions", ",");
  add("Sec-WebSocket-Extensions", "permessage-deflate");
  EXPECT_EQ(expect_open().deflate, DeflateParameters{});
  set("Sec-WebSocket-Extensions", "permessage-deflate");
  expect_error(Error::kExtensionRepeated);
}

TEST_F(CheckResponse, ExtensionThatWasNot) {
  add("Sec-WebSocket-Extensions", "x-foo");
  expect_error(Error::kExtensionNotOffered);
  options.deflate.enabled = false;
  set("Sec-WebSocket-Extensions", "permessage-deflate");
  expect_error(Error::kExtensionNotOffered);
}

TEST_F(CheckResponse, ExtensionsMalformed) {
  add("Sec-WebSocket-Extensions", "");
  for (const char* value :
       {"", ";a", "permessage-deflate; =1", "permessage-deflate; a=\"", "permessage-deflate;;",
        "permessage-deflate foo", "permessage-deflate; client_max_window_bits=\"1 0\"",
        "permessage-deflate\xff"}) {
    expect_error_with("Sec-WebSocket-Extensions", value, Error::kExtensionMalformed);
  }
}

TEST_F(CheckResponse, ExtensionParameters) {
  add("Sec-WebSocket-Extensions", "permessage-deflate; foo=1");
  expect_error(Error::kExtensionParameterBad);
}

// Both ends against each other.

struct Ends {
  ClientHandshakeOptions client;
  ServerHandshakeOptions server;
};

std::vector<DeflateOptions> some_deflate_options() {
  std::vector<DeflateOptions> all{{.enabled = false}, {.offer_client_max_window_bits = false}};
  for (const bool server_takeover : {false, true}) {
    for (const bool client_takeover : {false, true}) {
      for (const int server : {8, 9, 12, 15}) {
        for (const int client : {9, 12, 15}) {
          all.push_back({.server_no_context_takeover = server_takeover,
                         .client_no_context_takeover = client_takeover,
                         .server_max_window_bits = server,
                         .client_max_window_bits = client});
        }
      }
    }
  }
  return all;
}

void expect_agreement(const Ends& ends, std::string_view subprotocol) {
  const std::string request = make_request(ends.client, kKey);
  RequestHead request_head;
  ASSERT_EQ(parse_request_head(as_bytes(request), Limits{}, request_head).status,
            HeadResult::Status::kDone);
  ASSERT_TRUE(is_upgrade_request(request_head));
  const auto acceptance = accept_request(request_head, ends.server);
  ASSERT_TRUE(acceptance) << request << acceptance.error().response;
  ResponseHead response_head;
  const std::string& response = acceptance->response;
  const HeadResult result = parse_response_head(as_bytes(response), Limits{}, response_head);
  ASSERT_EQ(result.status, HeadResult::Status::kDone);
  ASSERT_EQ(result.consumed, response.size());
  const auto agreement = check_response(response_head, ends.client, kKey);
  ASSERT_TRUE(agreement) << request << response << info(agreement.error()).name;
  EXPECT_EQ(agreement->resource, acceptance->agreement.resource);
  EXPECT_EQ(agreement->subprotocol, acceptance->agreement.subprotocol);
  EXPECT_EQ(agreement->deflate, acceptance->agreement.deflate) << request << response;
  EXPECT_EQ(agreement->subprotocol, subprotocol);
  EXPECT_EQ(agreement->resource, ends.client.resource);
}

TEST(ClientAgainstServer, AgreeOnCompression) {
  Ends ends;
  ends.client.host = "localhost:9001";
  for (const DeflateOptions& client : some_deflate_options()) {
    for (const DeflateOptions& server : some_deflate_options()) {
      ends.client.deflate = client;
      ends.server.deflate = server;
      expect_agreement(ends, "");
      if (::testing::Test::HasFailure()) return;
    }
  }
}

TEST(ClientAgainstServer, AgreeOnSubprotocolResourceAndTheRest) {
  Ends ends;
  const std::vector<std::vector<std::string>> lists{{}, {"a"}, {"b"}, {"a", "b"}, {"b", "a", "c"}};
  for (const auto& offered : lists) {
    for (const auto& spoken : lists) {
      for (const char* resource : {"/", "/chat?x=1&y=%20", "/a//b"}) {
        for (const char* origin : {"", "null", "https://good.example"}) {
          ends.client = {.host = "[::1]:1",
                         .resource = resource,
                         .subprotocols = offered,
                         .origin = origin,
                         .fields = {{"Cookie", "a=b"}}};
          ends.server.subprotocols = spoken;
          std::string expected;
          for (const std::string& name : spoken) {
            if (std::find(offered.begin(), offered.end(), name) == offered.end()) continue;
            expected = name;
            break;
          }
          expect_agreement(ends, expected);
        }
      }
    }
  }
}

}  // namespace
}  // namespace wsproof
