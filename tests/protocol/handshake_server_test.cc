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

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// The request of RFC 6455 1.2 with the compulsory fields, to be bent by each test.
class AcceptRequest : public ::testing::Test {
 public:
  ServerHandshakeOptions options;
  std::string request_line = "GET /chat HTTP/1.1";
  std::vector<std::pair<std::string, std::string>> fields{
      {"Host", "server.example.com"},  {"Upgrade", "websocket"},
      {"Connection", "Upgrade"},       {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
      {"Sec-WebSocket-Version", "13"},
  };

  void add(std::string name, std::string value) {
    fields.emplace_back(std::move(name), std::move(value));
  }
  void remove(std::string_view name) {
    const auto is_it = [name](const auto& field) { return field.first == name; };
    fields.erase(std::remove_if(fields.begin(), fields.end(), is_it), fields.end());
  }
  // In the place of the field's value.
  void set(std::string_view name, const std::string& value) {
    for (auto& field : fields) {
      if (field.first == name) field.second = value;
    }
  }

  [[nodiscard]] std::string text() const {
    std::string text = request_line + "\r\n";
    for (const auto& [name, value] : fields)
      text.append(name).append(": ").append(value).append("\r\n");
    return text + "\r\n";
  }

  // The answer to what a server does with the request: parse, then decide.
  tl::expected<Acceptance, Refusal> answer() {
    request_ = text();
    head_ = {};
    const HeadResult result = parse_request_head(as_bytes(request_), Limits{}, head_);
    if (result.status != HeadResult::Status::kDone) {
      return tl::unexpected(refuse_head(result.error, options));
    }
    return accept_request(head_, options);
  }

  Agreement expect_accepted() {
    const auto result = answer();
    EXPECT_TRUE(result) << text() << result.error().response;
    return result ? result->agreement : Agreement{};
  }
  std::string expect_refused(Error error, int status) {
    const auto result = answer();
    EXPECT_FALSE(result) << text();
    if (result) return {};
    EXPECT_EQ(info(result.error().error).name, info(error).name) << text();
    EXPECT_EQ(result.error().status, status) << text();
    expect_well_formed(result.error());
    return result.error().response;
  }
  // `value` in the place of the field's own is refused; then the old value is put back.
  void expect_refused_with(std::string_view name, const std::string& value, Error error,
                           int status) {
    const auto before = fields;
    set(name, value);
    expect_refused(error, status);
    fields = before;
  }
  std::string accepted_field(std::string_view name) {
    const auto result = answer();
    EXPECT_TRUE(result) << text();
    if (!result) return "refused";
    ResponseHead head;
    EXPECT_EQ(parse_response_head(as_bytes(result->response), Limits{}, head).status,
              HeadResult::Status::kDone);
    EXPECT_LE(head.fields.count(name), 1U);
    return head.fields.has(name) ? std::string(head.fields.first(name)) : "absent";
  }

 private:
  void expect_well_formed(const Refusal& refusal) const {
    ResponseHead head;
    const HeadResult result = parse_response_head(as_bytes(refusal.response), Limits{}, head);
    ASSERT_EQ(result.status, HeadResult::Status::kDone);
    EXPECT_EQ(head.status, refusal.status);
    EXPECT_TRUE(head.fields.has_token("Connection", "close"));
    EXPECT_EQ(head.fields.first("Content-Type"), "text/plain; charset=utf-8");
    const std::string body = refusal.response.substr(result.consumed);
    if (head_.method != "HEAD") {
      EXPECT_EQ(head.fields.first("Content-Length"), std::to_string(body.size()));
      EXPECT_EQ(body, std::string(info(refusal.error).sentence) + " (" +
                          std::string(info(refusal.error).section) + ").\n");
    }
    EXPECT_EQ(head.fields.has("Upgrade"), refusal.status == 426);
    EXPECT_EQ(head.fields.has_token("Connection", "Upgrade"), refusal.status == 426);
    EXPECT_EQ(head.fields.has("Allow"), refusal.status == 405);
  }

  std::string request_;
  RequestHead head_;
};

TEST_F(AcceptRequest, MinimalRequestGetsTheAnswerOfTheRfc) {
  const auto result = answer();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->response,
            "HTTP/1.1 101 Switching Protocols\r\n"
            "Upgrade: websocket\r\n"
            "Connection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            "\r\n");
  EXPECT_EQ(result->agreement.resource, "/chat");
  EXPECT_EQ(result->agreement.subprotocol, "");
  EXPECT_EQ(result->agreement.deflate, std::nullopt);
}

TEST_F(AcceptRequest, ExampleOfRfc6455) {
  options.subprotocols = {"chat"};
  add("Origin", "http://example.com");
  add("Sec-WebSocket-Protocol", "chat, superchat");
  EXPECT_EQ(expect_accepted().subprotocol, "chat");
}

TEST_F(AcceptRequest, EverythingInTheAnswer) {
  options.subprotocols = {"chat"};
  options.server_name = "wsproofd";
  add("Sec-WebSocket-Protocol", "chat");
  add("Sec-WebSocket-Extensions", "permessage-deflate; server_max_window_bits=10");
  const auto result = answer();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->response,
            "HTTP/1.1 101 Switching Protocols\r\n"
            "Upgrade: websocket\r\n"
            "Connection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            "Sec-WebSocket-Protocol: chat\r\n"
            "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10\r\n"
            "Server: wsproofd\r\n"
            "\r\n");
  EXPECT_EQ(result->agreement.deflate, (DeflateParameters{.server_max_window_bits = 10}));
}

TEST_F(AcceptRequest, FieldsInAnyOrderAndCase) {
  std::mt19937 random(1);  // NOLINT: the same orders each time
  for (int round = 0; round < 50; ++round) {
    std::shuffle(fields.begin(), fields.end(), random);
    for (auto& [name, value] : fields) {
      for (char& c : name) {
        if (is_alpha(c) && random() % 2 == 0) c = static_cast<char>(c ^ 0x20);
      }
    }
    expect_accepted();
  }
}

TEST_F(AcceptRequest, UnknownFieldsAreIgnored) {
  add("X-Foo", "bar");
  add("Cookie", "a=b; c=d");
  add("Authorization", "Basic Zm9vOmJhcg==");
  add("DNT", "");
  add("X-Long", std::string(4096, 'x'));
  add("X-Octets", "\xff\xfe");
  add("Content-Length", "0");
  expect_accepted();
}

TEST_F(AcceptRequest, MethodIsGet) {
  for (const char* method :
       {"POST", "PUT", "HEAD", "OPTIONS", "DELETE", "CONNECT", "get", "GETT", "BREW"}) {
    request_line = std::string(method) + " / HTTP/1.1";
    EXPECT_THAT(expect_refused(Error::kMethodNotGet, 405), HasSubstr("\r\nAllow: GET\r\n"));
  }
}

TEST_F(AcceptRequest, RefusalOfHeadHasNoBody) {
  request_line = "HEAD / HTTP/1.1";
  const std::string response = expect_refused(Error::kMethodNotGet, 405);
  EXPECT_EQ(response.substr(response.size() - 4), "\r\n\r\n");
  EXPECT_THAT(response, Not(HasSubstr("Content-Length: 0\r\n")));
}

TEST_F(AcceptRequest, HttpVersion) {
  request_line = "GET / HTTP/1.0";
  expect_refused(Error::kHttpVersionTooLow, 505);
  request_line = "GET / HTTP/0.9";
  expect_refused(Error::kHttpVersionTooLow, 505);
  request_line = "GET / HTTP/0.1";
  expect_refused(Error::kHttpVersionTooLow, 505);
  request_line = "GET / HTTP/2.0";
  expect_refused(Error::kHttpVersionUnsupported, 505);
  request_line = "GET / HTTP/1.2";
  expect_accepted();
}

TEST_F(AcceptRequest, MalformedRequestLines) {
  for (const char* line : {"GET /", "GET / HTTP/11", "GET / http/1.1", "GET / HTTP/1.1 x",
                           "GET /a b HTTP/1.1", "GET\t/ HTTP/1.1", "GET", ""}) {
    request_line = line;
    expect_refused(Error::kHeadMalformed, 400);
  }
}

TEST_F(AcceptRequest, MalformedTargets) {
  for (const char* target : {"/a#b", "a/b", "*", "", "/\x80", "/\xc3\xa9", "/\xff", "h:80", "#",
                             "ws://h/", "http://", "http://u@h/"}) {
    request_line = "GET " + std::string(target) + " HTTP/1.1";
    expect_refused(Error::kTargetMalformed, 400);
  }
}

TEST_F(AcceptRequest, ResourceIsPathAndQueryInEitherForm) {
  request_line = "GET /a/b?x=1&y=%20 HTTP/1.1";
  EXPECT_EQ(expect_accepted().resource, "/a/b?x=1&y=%20");
  request_line = "GET http://server.example.com/a?b HTTP/1.1";
  EXPECT_EQ(expect_accepted().resource, "/a?b");
  request_line = "GET http://server.example.com HTTP/1.1";
  EXPECT_EQ(expect_accepted().resource, "/");
}

TEST_F(AcceptRequest, ABodyIsRefused) {
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"Content-Length", "1"},
                                                        {"content-length", "00010"},
                                                        {"Content-Length", "-0"},
                                                        {"Content-Length", "+0"},
                                                        {"Content-Length", ""},
                                                        {"Content-Length", "0, 0"},
                                                        {"Content-Length", "0x0"},
                                                        {"Transfer-Encoding", "chunked"},
                                                        {"transfer-encoding", "identity"},
                                                        {"Transfer-Encoding", ""}}) {
    add(name, value);
    expect_refused(Error::kBodyInHandshake, 400);
    fields.pop_back();
  }
  add("Content-Length", "0");
  add("Content-Length", "5");
  expect_refused(Error::kBodyInHandshake, 400);
}

TEST_F(AcceptRequest, HostMissingOrTwice) {
  add("Host", "server.example.com");
  expect_refused(Error::kHostMissing, 400);
  remove("Host");
  expect_refused(Error::kHostMissing, 400);
}

TEST_F(AcceptRequest, HostMalformed) {
  for (const char* host : {"", "a b", "a/b", "u@h", "h:x", "[::1", "h\xff", ":80"}) {
    expect_refused_with("Host", host, Error::kHostMalformed, 400);
  }
}

TEST_F(AcceptRequest, HostMayBeAnyOther) {
  for (const char* host : {"other.example", "127.0.0.1:9001", "[::1]:9001", "localhost"}) {
    set("Host", host);
    expect_accepted();
  }
}

TEST_F(AcceptRequest, UpgradeMissingOrWrong) {
  for (const char* value :
       {"", "h2c", "websockets", "websocke", "web socket", "websoc\xe2\x84\xaa\x65t",
        "websocket/13", "\"websocket\"", "foo;websocket", "websocket\xc2\xa0"}) {
    expect_refused_with("Upgrade", value, Error::kUpgradeMissing, 426);
  }
  remove("Upgrade");
  EXPECT_THAT(expect_refused(Error::kUpgradeMissing, 426), HasSubstr("\r\nUpgrade: websocket\r\n"));
}

TEST_F(AcceptRequest, UpgradeIsAListInAnyCase) {
  for (const char* value :
       {"WebSocket", "WEBSOCKET", "foo/1, websocket", "websocket, h2c", ",websocket,"}) {
    set("Upgrade", value);
    expect_accepted();
  }
  set("Upgrade", "h2c");
  add("Upgrade", "websocket");
  expect_accepted();
}

TEST_F(AcceptRequest, ConnectionMissingOrWrong) {
  for (const char* value : {"", "close", "keep-alive", "Upgraded", "Up grade", "upgrad",
                            "keep-alive Upgrade", "Upgr\xc3\xa1\x64\x65", "Upgrade; x"}) {
    expect_refused_with("Connection", value, Error::kConnectionMissing, 400);
  }
  remove("Connection");
  expect_refused(Error::kConnectionMissing, 400);
}

TEST_F(AcceptRequest, ConnectionIsAListInAnyCase) {
  for (const char* value : {"keep-alive, Upgrade", "UPGRADE", "upgrade,keep-alive", ",,upgrade"}) {
    set("Connection", value);
    expect_accepted();
  }
  set("Connection", "keep-alive");
  add("Connection", "Upgrade");
  expect_accepted();
}

TEST_F(AcceptRequest, KeyMissing) {
  remove("Sec-WebSocket-Key");
  expect_refused(Error::kKeyMissing, 400);
}

TEST_F(AcceptRequest, KeyTwice) {
  add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
  expect_refused(Error::kKeyRepeated, 400);
  fields.back().second = "AQIDBAUGBwgJCgsMDQ4PEA==";
  expect_refused(Error::kKeyRepeated, 400);
}

TEST_F(AcceptRequest, KeyMalformed) {
  for (const char* key :
       {"", "AQIDBAUGBwg=", "AQIDBAUGBwgJCgsMDQ4P", "AQIDBAUGBwgJCgsMDQ4PEBE=",
        "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=", "AQIDBAUGBwgJCgsMDQ4PEA",
        "!QIDBAUGBwgJCgsMDQ4PEA==", "-_IDBAUGBwgJCgsMDQ4PEA==",
        "AQIDBAUGBwgJCgsMDQ4PEA==, AQIDBAUGBwgJCgsMDQ4PEA==", "\xffQIDBAUGBwgJCgsMDQ4PEA=="}) {
    expect_refused_with("Sec-WebSocket-Key", key, Error::kKeyMalformed, 400);
  }
}

TEST_F(AcceptRequest, KeyIsTakenAsSentWithoutTheBlanksAroundIt) {
  set("Sec-WebSocket-Key", "AQIDBAUGBwgJCgsMDQ4PEC==");
  EXPECT_EQ(accepted_field("Sec-WebSocket-Accept"), accept_key("AQIDBAUGBwgJCgsMDQ4PEC=="));
  set("Sec-WebSocket-Key", " \tdGhlIHNhbXBsZSBub25jZQ== \t");
  EXPECT_EQ(accepted_field("Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_F(AcceptRequest, VersionMissing) {
  remove("Sec-WebSocket-Version");
  EXPECT_THAT(expect_refused(Error::kVersionMissing, 400),
              HasSubstr("\r\nSec-WebSocket-Version: 13\r\n"));
}

TEST_F(AcceptRequest, VersionMalformed) {
  for (const char* version : {"", "13abc", "013", "+13", "-13", "13.0", "256", "300", "1000",
                              "0x0d", "13, 8", "1 3", "00", "\xef\xbc\x91\xef\xbc\x93"}) {
    expect_refused_with("Sec-WebSocket-Version", version, Error::kVersionMalformed, 400);
  }
}

TEST_F(AcceptRequest, VersionTwice) {
  for (const char* second : {"13", "8"}) {
    add("Sec-WebSocket-Version", second);
    EXPECT_THAT(expect_refused(Error::kVersionMalformed, 400),
                HasSubstr("\r\nSec-WebSocket-Version: 13\r\n"));
    fields.pop_back();
  }
}

TEST_F(AcceptRequest, EveryOtherVersionLearnsTheOneThatIsSpoken) {
  for (int version = 0; version < 256; ++version) {
    set("Sec-WebSocket-Version", std::to_string(version));
    if (version == 13) {
      expect_accepted();
    } else {
      EXPECT_THAT(expect_refused(Error::kVersionUnsupported, 426),
                  HasSubstr("\r\nSec-WebSocket-Version: 13\r\n"));
    }
  }
}

TEST_F(AcceptRequest, VersionIsJudgedBeforeTheKey) {
  set("Sec-WebSocket-Version", "99");
  remove("Sec-WebSocket-Key");
  expect_refused(Error::kVersionUnsupported, 426);
}

TEST_F(AcceptRequest, AnyOriginWithoutAPolicy) {
  add("Origin", "http://example.com");
  expect_accepted();
  set("Origin", "null");
  expect_accepted();
  set("Origin", "?");
  add("Origin", "http://other.example");
  expect_accepted();
}

TEST_F(AcceptRequest, OriginPolicy) {
  options.allow_origin = [](std::string_view origin) { return origin == "https://good.example"; };
  expect_accepted();  // no browser: none is sent (§10.1)
  add("Origin", "https://good.example");
  expect_accepted();
  set("Origin", "HTTPS://Good.Example");
  expect_accepted();
  for (const char* origin :
       {"https://bad.example", "https://good.example.bad", "https://not-good.example", "null", "",
        "http://good.example", "https://good.example:8443", "https://good.example/"}) {
    expect_refused_with("Origin", origin, Error::kOriginRefused, 403);
  }
}

TEST_F(AcceptRequest, TwoOriginsAreRefusedByAPolicy) {
  options.allow_origin = [](std::string_view) { return true; };
  add("Origin", "https://good.example");
  add("Origin", "https://good.example");
  expect_refused(Error::kOriginRefused, 403);
}

TEST_F(AcceptRequest, SubprotocolIsChosenWhereOffered) {
  options.subprotocols = {"chat"};
  EXPECT_EQ(accepted_field("Sec-WebSocket-Protocol"), "absent");
  add("Sec-WebSocket-Protocol", "");
  for (const char* offer : {"chat", "a, chat, b", "a,chat", " chat ", "a,,chat", ",chat"}) {
    set("Sec-WebSocket-Protocol", offer);
    EXPECT_EQ(accepted_field("Sec-WebSocket-Protocol"), "chat") << offer;
    EXPECT_EQ(expect_accepted().subprotocol, "chat");
  }
}

TEST_F(AcceptRequest, SeveralSubprotocolFieldsAreOneList) {
  options.subprotocols = {"chat"};
  add("Sec-WebSocket-Protocol", "a");
  add("sec-websocket-protocol", "chat");
  EXPECT_EQ(accepted_field("Sec-WebSocket-Protocol"), "chat");
}

TEST_F(AcceptRequest, TheServersPreferenceDecides) {
  options.subprotocols = {"b", "a"};
  add("Sec-WebSocket-Protocol", "a, b");
  EXPECT_EQ(accepted_field("Sec-WebSocket-Protocol"), "b");
}

TEST_F(AcceptRequest, NoSubprotocolInCommon) {
  options.subprotocols = {"chat"};
  add("Sec-WebSocket-Protocol", "a, Chat, chats");
  EXPECT_EQ(accepted_field("Sec-WebSocket-Protocol"), "absent");
}

TEST_F(AcceptRequest, SubprotocolsMalformed) {
  options.subprotocols = {"chat"};
  add("Sec-WebSocket-Protocol", "");
  for (const char* offer : {"", ",", " , ", "a b", "(a)", "a;b", "chat, (", "chat, chat", "a, b, a",
                            "b\xc3\xbc", "chat, \xff", "\"chat\"", "chat/1"}) {
    expect_refused_with("Sec-WebSocket-Protocol", offer, Error::kSubprotocolMalformed, 400);
  }
}

TEST_F(AcceptRequest, SubprotocolTwiceInTwoFields) {
  add("Sec-WebSocket-Protocol", "chat");
  add("Sec-WebSocket-Protocol", "chat");
  expect_refused(Error::kSubprotocolMalformed, 400);
}

TEST_F(AcceptRequest, UnknownExtensionsAreDeclined) {
  add("Sec-WebSocket-Extensions", "x-foo; a=1; b=\"c\", y-bar");
  EXPECT_EQ(accepted_field("Sec-WebSocket-Extensions"), "absent");
}

TEST_F(AcceptRequest, ExtensionsInSeveralFields) {
  add("Sec-WebSocket-Extensions", "x-foo");
  add("Sec-WebSocket-Extensions", "permessage-deflate");
  EXPECT_EQ(accepted_field("Sec-WebSocket-Extensions"), "permessage-deflate");
}

TEST_F(AcceptRequest, OffersThatCannotBeMetAreDeclined) {
  add("Sec-WebSocket-Extensions",
      "permessage-deflate; foo, permessage-deflate; server_max_window_bits=8, "
      "permessage-deflate; client_max_window_bits=010");
  EXPECT_EQ(accepted_field("Sec-WebSocket-Extensions"), "absent");
  EXPECT_EQ(expect_accepted().deflate, std::nullopt);
}

TEST_F(AcceptRequest, ExtensionsMalformed) {
  add("Sec-WebSocket-Extensions", "");
  for (const char* offer : {"", ",", ";a", "foo; =1", "foo bar", "foo; a=",
                            "permessage-deflate; server_max_window_bits=\"10", "\"foo\"", "foo;;a",
                            "permessage-deflate; server_max_window_bits=\"1 0\"", "foo\xff"}) {
    expect_refused_with("Sec-WebSocket-Extensions", offer, Error::kExtensionMalformed, 400);
  }
}

TEST_F(AcceptRequest, InvalidOctetsInFields) {
  add("X-Foo", std::string("a\0b", 3));
  expect_refused(Error::kHeadMalformed, 400);
  fields.back().second = "a\rb";
  expect_refused(Error::kHeadMalformed, 400);
  fields.back().second = "a\nb";
  expect_refused(Error::kHeadMalformed, 400);
}

TEST_F(AcceptRequest, TheServerIsNamedInRefusalsToo) {
  options.server_name = "wsproofd/1";
  remove("Host");
  EXPECT_THAT(expect_refused(Error::kHostMissing, 400), HasSubstr("\r\nServer: wsproofd/1\r\n"));
}

TEST(RefuseHead, EachErrorHasItsStatus) {
  const std::vector<std::pair<Error, int>> statuses{
      {Error::kHeadMalformed, 400},     {Error::kTargetMalformed, 400},
      {Error::kHandshakeTimeout, 408},  {Error::kRequestLineTooLong, 414},
      {Error::kHeadTooLong, 431},       {Error::kFieldTooLong, 431},
      {Error::kTooManyFields, 431},     {Error::kClosedInHandshake, 400},
      {Error::kHttpVersionTooLow, 505}, {Error::kHttpVersionUnsupported, 505},
  };
  for (const auto& [error, status] : statuses) {
    const Refusal refusal = refuse_head(error, {});
    EXPECT_EQ(refusal.status, status) << info(error).name;
    EXPECT_THAT(refusal.response, StartsWith("HTTP/1.1 " + std::to_string(status) + " "));
    EXPECT_THAT(refusal.response, HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_THAT(refusal.response, HasSubstr(std::string(info(error).sentence)));
  }
}

TEST(IsUpgradeRequest, IsToldByAnySignOfAWebSocket) {
  const auto asks = [](std::vector<Field> lines) {
    RequestHead head;
    head.fields.lines = std::move(lines);
    return is_upgrade_request(head);
  };
  EXPECT_FALSE(asks({}));
  EXPECT_FALSE(asks({{"Host", "h"}, {"Connection", "Upgrade"}, {"Upgrade", "h2c"}}));
  EXPECT_TRUE(asks({{"upgrade", "h2c, WebSocket"}}));
  EXPECT_TRUE(asks({{"Sec-WebSocket-Key", ""}}));
  EXPECT_TRUE(asks({{"Sec-WebSocket-Version", "13"}}));
}

}  // namespace
}  // namespace wsproof
