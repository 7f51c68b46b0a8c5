// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstddef>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "server/protocol/handshake.h"
#include "server/protocol/random.h"
#include "tests/support/counting_random.h"

namespace wsproof {
namespace {

TEST(AcceptKey, ExampleOfRfc6455) {
  EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(AcceptKey, TakesTheKeyAsTextWhateverItIs) {
  EXPECT_EQ(accept_key(""), "Kfh9QIsMVZcl6xEPYxPHzW8SZ8w=");
  // Pad bits that decode to the same octets still are another text.
  EXPECT_NE(accept_key("AQIDBAUGBwgJCgsMDQ4PEA=="), accept_key("AQIDBAUGBwgJCgsMDQ4PEC=="));
}

TEST(AcceptKey, IsTheSameFromEveryThread) {
  std::vector<std::string> results(4);
  std::vector<std::thread> threads;
  threads.reserve(results.size());
  for (std::string& result : results) {
    threads.emplace_back([&result] { result = accept_key("dGhlIHNhbXBsZSBub25jZQ=="); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& result : results) EXPECT_EQ(result, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(MakeKey, IsBase64OfSixteenOctetsWithPadBitsOfZero) {
  test::CountingRandom random(1);
  // The octets of the example in §4.1, with the correction of erratum 3150.
  EXPECT_EQ(make_key(random), "AQIDBAUGBwgJCgsMDQ4PEA==");
  EXPECT_EQ(random.drawn(), 16U);
}

TEST(MakeKey, IsAnotherOneEachTime) {
  std::set<std::string> keys;
  for (int round = 0; round < 1000; ++round) {
    const std::string key = make_key(secure_random());
    EXPECT_TRUE(is_key(key));
    EXPECT_NE(std::string("AQgw").find(key[21]), std::string::npos);
    keys.insert(key);
  }
  EXPECT_EQ(keys.size(), 1000U);
}

TEST(IsKey, TakesAnyPadBits) {
  EXPECT_TRUE(is_key("dGhlIHNhbXBsZSBub25jZQ=="));
  EXPECT_TRUE(is_key("AQIDBAUGBwgJCgsMDQ4PEC=="));
  EXPECT_TRUE(is_key("+/+/+/+/+/+/+/+/+/+/+/=="));
}

TEST(IsKey, TakesTheWholeAlphabetAndNothingElse) {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int value = 0; value < 256; ++value) {
    const auto c = static_cast<char>(static_cast<unsigned char>(value));
    const bool allowed = alphabet.find(c) != std::string::npos;
    for (const std::size_t place : {std::size_t{0}, std::size_t{21}}) {
      std::string key = "AQIDBAUGBwgJCgsMDQ4PEA==";
      key[place] = c;
      EXPECT_EQ(is_key(key), allowed) << value << " at " << place;
    }
  }
}

TEST(IsKey, RefusesOtherLengthsAndAlphabets) {
  for (const char* text :
       {"", "AQIDBAUGBwg=", "AQIDBAUGBwgJCgsMDQ4P", "AQIDBAUGBwgJCgsMDQ4PEBE=",
        "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=", "AQIDBAUGBwgJCgsMDQ4PEA",
        "AQIDBAUGBwgJCgsMDQ4PEA=", "AQIDBAUGBwgJCgsMDQ4PEA=A",
        "AQIDBAUGBwgJCgsMDQ4PE===", "!QIDBAUGBwgJCgsMDQ4PEA==", "-QIDBAUGBwgJCgsMDQ4PEA==",
        "_QIDBAUGBwgJCgsMDQ4PEA==", "AQIDBAUGBwg CgsMDQ4PEA==", "AQIDBAUGBwgJCgsMDQ4PEA== "}) {
    EXPECT_FALSE(is_key(text)) << text;
  }
}

}  // namespace
}  // namespace wsproof
