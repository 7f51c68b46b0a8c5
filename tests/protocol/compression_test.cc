// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/compression.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/hex.h"

namespace wsproof {
namespace {

using test::to_hex;

constexpr Role kRoles[] = {Role::kServer, Role::kClient};

DeflateParameters without_takeover(Role role) {
  DeflateParameters agreed;
  (role == Role::kServer ? agreed.server_no_context_takeover : agreed.client_no_context_takeover) =
      true;
  return agreed;
}

// The compressed form in hexadecimal, or "as it is".
std::string deflate(Compression& compression, std::string_view message) {
  std::vector<std::uint8_t> out{0xaa};
  const bool compressed = compression.deflate(as_bytes(message), out);
  EXPECT_EQ(out[0], 0xaa) << "what was there before is gone";
  EXPECT_EQ(compressed, out.size() > 1);
  return compressed ? to_hex(Bytes(out).subspan(1)) : "as it is";
}

TEST(Compression, LeavesShortMessagesAsTheyAre) {
  for (const Role role : kRoles) {
    Compression shared(role, {}, {});
    EXPECT_EQ(deflate(shared, ""), "as it is");
    EXPECT_EQ(deflate(shared, std::string(31, 'x')), "as it is");
    EXPECT_NE(deflate(shared, std::string(32, 'x')), "as it is");

    Compression alone(role, without_takeover(role), {});
    EXPECT_EQ(deflate(alone, std::string(127, 'x')), "as it is");
    EXPECT_NE(deflate(alone, std::string(128, 'x')), "as it is");
  }
}

TEST(Compression, RestsOnceNothingWasCompressedForAWhile) {
  Compression sender(Role::kServer, {}, {});
  Compression receiver(Role::kClient, {}, {});
  std::string text;  // that refers to nothing within itself
  for (int i = 0; i < 200; ++i) text += static_cast<char>(' ' + i * i * 31 % 89);
  const auto arrives = [&] {
    std::vector<std::uint8_t> compressed;
    EXPECT_TRUE(sender.deflate(as_bytes(text), compressed));
    std::vector<std::uint8_t> out;
    EXPECT_TRUE(receiver.inflater().push(compressed, 1000, out));
    EXPECT_TRUE(receiver.inflater().finish());
    EXPECT_EQ(as_text(Bytes(out)), text);
    return compressed;
  };
  const std::vector<std::uint8_t> first = arrives();
  sender.rest();
  EXPECT_LT(arrives().size(), first.size()) << "the window was in use, so it stays";
  sender.rest();
  sender.rest();
  EXPECT_EQ(arrives(), first) << "the window is gone, and the peer has not noticed";
}

TEST(Compression, UsesTheParametersOfItsOwnDirection) {
  const std::string text(200, 'x');
  for (const Role role : kRoles) {
    Compression shared(role,
                       without_takeover(role == Role::kServer ? Role::kClient : Role::kServer), {});
    const std::string first = deflate(shared, text);
    EXPECT_NE(deflate(shared, text), first);

    Compression alone(role, without_takeover(role), {});
    EXPECT_EQ(deflate(alone, text), first);
    EXPECT_EQ(deflate(alone, text), first);
  }
}

TEST(Compression, UsesTheLevel) {
  const std::string text(2'000, 'x');
  Compression best(Role::kServer, {}, {.level = 9});
  EXPECT_LT(deflate(best, text).size(), 100U);
  // Level 0 stores: with takeover it is sent all the same, without it is not worth it.
  Compression stored(Role::kServer, {}, {.level = 0});
  EXPECT_GT(deflate(stored, text).size(), 6'000U);
  Compression alone(Role::kServer, without_takeover(Role::kServer), {.level = 0});
  EXPECT_EQ(deflate(alone, text), "as it is");
}

TEST(Compression, SendsWhatIsNotShorterAsItIs) {
  // From octets that do not compress at all to more and more that do: one size is met exactly.
  std::mt19937 draw(1);
  std::string noise(200, '\0');
  for (char& octet : noise) octet = static_cast<char>(draw());
  Compression alone(Role::kServer, without_takeover(Role::kServer), {.level = 6});
  bool left = false;
  for (std::size_t repeated = 0; repeated < 40; ++repeated) {
    const std::string message = noise + std::string(repeated, 'x');
    std::vector<std::uint8_t> out;
    if (alone.deflate(as_bytes(message), out)) {
      EXPECT_LT(out.size(), message.size()) << repeated;
    } else {
      EXPECT_TRUE(out.empty());
      left = true;
    }
  }
  EXPECT_TRUE(left);
}

TEST(Compression, CountsOnlyWhatItAdds) {
  Compression alone(Role::kServer, without_takeover(Role::kServer), {});
  std::vector<std::uint8_t> out(1'000);
  ASSERT_TRUE(alone.deflate(as_bytes(std::string(200, 'x')), out));
  EXPECT_LT(out.size(), 1'100U);
}

TEST(Compression, InflatesWhatTheOtherEndDeflates) {
  for (const Role role : kRoles) {
    for (int bits = 9; bits <= 15; ++bits) {
      DeflateParameters agreed;
      agreed.server_max_window_bits = bits;
      agreed.client_max_window_bits = 24 - bits;
      Compression here(role, agreed, {});
      Compression there(role == Role::kServer ? Role::kClient : Role::kServer, agreed, {});
      std::string message;
      for (int line = 0; line < 5'000; ++line) message += std::to_string(line);
      for (int times = 0; times < 2; ++times) {
        std::vector<std::uint8_t> payload;
        std::vector<std::uint8_t> out;
        ASSERT_TRUE(here.deflate(as_bytes(message), payload));
        ASSERT_TRUE(there.inflater().push(payload, message.size(), out));
        ASSERT_TRUE(there.inflater().finish());
        EXPECT_TRUE(as_text(out) == message);
      }
    }
  }
}

TEST(Compression, NeverWithAWindowOfEightBits) {
  DeflateParameters agreed;
  agreed.server_max_window_bits = 8;
  Compression server(Role::kServer, agreed, {});
  EXPECT_EQ(deflate(server, std::string(1'000, 'x')), "as it is");
  Compression client(Role::kClient, agreed, {});
  EXPECT_NE(deflate(client, std::string(1'000, 'x')), "as it is");
}

}  // namespace
}  // namespace wsproof
