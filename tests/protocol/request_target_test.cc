// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/request_target.h"

#include <gtest/gtest.h>

#include <string>

namespace wsproof {
namespace {

TEST(ResourceOfTarget, IsThePathAndQueryItself) {
  for (const char* path : {"/", "/chat", "/a/b?x=1&y=%20", "/?q=1", "/a?", "//x", "/a:b@c",
                           "/?json={\"a\":[1|2]}", "/%zz", "/~"}) {
    EXPECT_EQ(resource_of_target(path), path);
  }
}

TEST(ResourceOfTarget, IsWhatFollowsTheAuthorityOfAnAbsoluteUri) {
  EXPECT_EQ(resource_of_target("http://h:1/chat?x"), "/chat?x");
  EXPECT_EQ(resource_of_target("HTTPS://h/"), "/");
  EXPECT_EQ(resource_of_target("http://h"), "/");
  EXPECT_EQ(resource_of_target("http://h?q"), "/?q");
  EXPECT_EQ(resource_of_target("http://[::1]:80/a"), "/a");
}

TEST(ResourceOfTarget, IsNothingForWhatIsNoResource) {
  for (const char* target : {"",
                             "*",
                             "a/b",
                             "chat",
                             "h:80",
                             "/a#b",
                             "/#",
                             "/a b",
                             "/\xc3\xa9",
                             "/\x7f",
                             "ws://h/",
                             "ftp://h/",
                             "http:/h/",
                             "http:///a",
                             "http://",
                             "http://u@h/",
                             "http://h:x/",
                             "http://h/#a",
                             "http://h#a",
                             "http://h/\xff",
                             "mailto:a@b",
                             "?q"}) {
    EXPECT_EQ(resource_of_target(target), std::nullopt) << target;
  }
}

TEST(IsAuthority, TakesNamesAddressesAndPorts) {
  for (const char* text :
       {"localhost", "server.example.com", "server.example.com:80", "127.0.0.1", "127.0.0.1:9001",
        "[::1]", "[::1]:9001", "[2001:db8::192.0.2.1]:1", "[v1.a:b]", "xn--bcher-kva.test",
        "h:", "a%2Fb", "under_score", "h:99999"}) {
    EXPECT_TRUE(is_authority(text)) << text;
  }
}

TEST(IsAuthority, WantsTwoHexDigitsBehindPercent) {
  const std::string digits = "0123456789abcdefABCDEF";
  for (int value = 1; value < 256; ++value) {
    const auto c = static_cast<char>(static_cast<unsigned char>(value));
    const bool is_digit = digits.find(c) != std::string::npos;
    EXPECT_EQ(is_authority(std::string("h%") + c + "0"), is_digit) << value;
    EXPECT_EQ(is_authority(std::string("h%0") + c), is_digit) << value;
  }
  EXPECT_TRUE(is_authority("%41"));
  EXPECT_TRUE(is_authority("%41%42"));
  EXPECT_FALSE(is_authority("%41%"));
  // What follows is looked at again.
  EXPECT_FALSE(is_authority("%41\""));
  EXPECT_FALSE(is_authority("%41/"));
}

TEST(IsAuthority, RefusesTheRest) {
  for (const char* text :
       {"",       ":80",     "a b",      "a/b",   "u@h",       "h:8x", "h:80:80", "[::1", "[]",
        "[::1]x", "[::1]80", "[g h:]",   "::1",   "b\xc3\xbc", "a%2",  "a%zz",    "a%",   "h?",
        "h#",     "a,b",     "http://h", "[abc]", "@h",        "<h",   "%h",      "^"}) {
    const bool comma = std::string(text) == "a,b";  // sub-delims may stand in a name
    EXPECT_EQ(is_authority(text), comma) << text;
  }
}

}  // namespace
}  // namespace wsproof
