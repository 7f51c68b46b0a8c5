// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/random.h"

#include <gtest/gtest.h>

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/exact_buffer.h"

namespace wsproof {
namespace {

using test::ExactBuffer;

std::string draw(std::size_t size) {
  ExactBuffer buffer(size);
  secure_random().fill(buffer.bytes());
  return std::string(buffer.text());
}

TEST(SecureRandom, NeverGivesTheSameTwice) {
  // 16 octets at a time, over many blocks: one repetition among these is less likely than 2^-100.
  std::set<std::string> seen;
  for (int at = 0; at < 2000; ++at) EXPECT_TRUE(seen.insert(draw(16)).second) << at;
}

TEST(SecureRandom, FillsEveryOctetOfEverySize) {
  // A place that stays zero in all of 40 draws was not filled.
  for (const std::size_t size : {1U, 3U, 4U, 255U, 256U, 257U, 1023U, 1024U, 1025U, 5000U}) {
    std::vector<bool> changed(size, false);
    for (int round = 0; round < 40; ++round) {
      const std::string octets = draw(size);
      for (std::size_t at = 0; at < size; ++at) {
        if (octets[at] != '\0') changed[at] = true;
      }
    }
    for (std::size_t at = 0; at < size; ++at) EXPECT_TRUE(changed[at]) << at << " of " << size;
  }
}

TEST(SecureRandom, TakesAnEmptyRequest) {
  secure_random().fill({});
  EXPECT_EQ(draw(0), "");
}

TEST(SecureRandom, UsesEveryValueOfAnOctet) {
  std::bitset<256> seen;
  for (const char octet : draw(65536)) seen.set(static_cast<std::uint8_t>(octet));
  EXPECT_TRUE(seen.all());
}

TEST(SecureRandom, IsAnotherSourceInAnotherThread) {
  const RandomSource* const here = &secure_random();
  const RandomSource* there = nullptr;
  std::string theirs;
  std::thread thread([&] {
    there = &secure_random();
    theirs = draw(32);
  });
  thread.join();
  EXPECT_NE(here, there);
  EXPECT_NE(theirs, draw(32));
  EXPECT_EQ(here, &secure_random());
}

}  // namespace
}  // namespace wsproof
