// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "conformance/runner/target.h"

namespace wsproof::conformance {
namespace {

std::string error_of(const std::string& url) {
  const auto target = parse_target(url);
  return target ? "(accepted)" : target.error();
}

TEST(Target, takes_urls_apart) {
  const auto target = parse_target("ws://example.com:9001/echo?a=%20b");
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->host, "example.com");
  EXPECT_EQ(target->port, 9001);
  EXPECT_EQ(target->resource, "/echo?a=%20b");
  EXPECT_EQ(target->host_field(), "example.com:9001");
  EXPECT_EQ(target->url, "ws://example.com:9001/echo?a=%20b");
}

TEST(Target, fills_in_what_is_left_out) {
  const auto target = parse_target("WS://localhost");
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->port, 80);
  EXPECT_EQ(target->resource, "/");
  EXPECT_EQ(target->host_field(), "localhost");
  EXPECT_EQ(parse_target("ws://localhost?x")->resource, "/?x");
  EXPECT_EQ(parse_target("ws://localhost:80/")->host_field(), "localhost");
}

TEST(Target, takes_urls_with_tls) {
  const auto target = parse_target("WSS://localhost");
  ASSERT_TRUE(target.has_value());
  EXPECT_TRUE(target->secure);
  EXPECT_EQ(target->port, 443);
  EXPECT_EQ(target->host_field(), "localhost");
  EXPECT_EQ(parse_target("wss://localhost:80/")->host_field(), "localhost:80");
  EXPECT_EQ(parse_target("ws://localhost:443/")->host_field(), "localhost:443");
  EXPECT_FALSE(parse_target("ws://localhost")->secure);
  EXPECT_EQ(error_of("wss://a/#top"), "wss://a/#top: a wss:// URL has no fragment (RFC 6455 3)");
}

TEST(Target, takes_ipv6_addresses) {
  const auto target = parse_target("ws://[::1]:9001/");
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->host, "::1");
  EXPECT_EQ(target->host_field(), "[::1]:9001");
  EXPECT_EQ(parse_target("ws://[fe80::1]/")->host_field(), "[fe80::1]");
}

TEST(Target, refuses_with_one_sentence) {
  EXPECT_EQ(error_of("http://localhost/"), "http://localhost/: the scheme must be ws:// or wss://");
  EXPECT_EQ(error_of("localhost:9001"), "localhost:9001: not a URL like ws://host:port/path");
  EXPECT_EQ(error_of("ws://"), "ws://: the host is missing");
  EXPECT_EQ(error_of("ws://:80/"), "ws://:80/: the host is missing");
  EXPECT_EQ(error_of("ws://a b/"), "ws://a b/: \"a b\" is not a host name or address");
  EXPECT_EQ(error_of("ws://me@a/"), "ws://me@a/: a ws:// URL has no user name or password");
  EXPECT_EQ(error_of("ws://a/#top"), "ws://a/#top: a ws:// URL has no fragment (RFC 6455 3)");
  EXPECT_EQ(error_of("ws://[::1/"), "ws://[::1/: the IPv6 address between [ and ] is not one");
  EXPECT_EQ(error_of("ws://[::1]9/"), "ws://[::1]9/: only a port may follow the IPv6 address");
  EXPECT_EQ(error_of("ws://a/\r\nX: y"),
            "ws://a/\\r\\nX: y: path and query may hold only the characters of a URL; others as "
            "%XX");
}

TEST(Target, refuses_ports_that_are_none) {
  for (const char* port : {"", "0", "65536", "99999999999", "-1", "+1", "8o", "80 "}) {
    EXPECT_NE(error_of(std::string("ws://a:") + port + "/").find("the port must be"),
              std::string::npos)
        << port;
  }
  EXPECT_TRUE(parse_target("ws://a:65535/").has_value());
  EXPECT_TRUE(parse_target("ws://a:1/").has_value());
}

TEST(Target, refuses_escapes_that_are_none) {
  EXPECT_NE(error_of("ws://a/%"), "(accepted)");
  EXPECT_NE(error_of("ws://a/%2"), "(accepted)");
  EXPECT_NE(error_of("ws://a/%zz"), "(accepted)");
  EXPECT_EQ(error_of("ws://a/%2F"), "(accepted)");
}

}  // namespace
}  // namespace wsproof::conformance
