// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "tests/peers/faulty/deflate.h"

namespace wsproof::faulty {
namespace {

const std::string kText = "to be or not to be, that is the question: to be or not to be";

/// The message as it comes out at the other end, which has no faults unless it is given some.
std::string round_trip(Deflater& from, Inflater& to, const std::string& message) {
  const std::string wire = from.message(message);
  const auto first = to.push(wire.substr(0, wire.size() / 2), false);
  const auto second = to.push(wire.substr(wire.size() / 2), true);
  return first && second ? *first + *second : "broken";
}

TEST(FaultyDeflateTest, MessagesComeThrough) {
  const Faults none;
  for (const int bits : {9, 12, 15}) {
    for (const bool forgets : {false, true}) {
      Deflater from(bits, forgets, none);
      Inflater to(forgets, none);
      for (const std::string& message :
           {kText, std::string(), std::string(), kText + kText, std::string(200'000, 'x')}) {
        EXPECT_EQ(round_trip(from, to, message), message) << bits << forgets;
      }
    }
  }
}

TEST(FaultyDeflateTest, AnEmptyMessageIsOneOctet) {
  const Faults none;
  Deflater from(15, false, none);
  EXPECT_EQ(from.message(""), std::string(1, '\0'));
  EXPECT_EQ(from.message(""), std::string(1, '\0'));
}

TEST(FaultyDeflateTest, ContextIsKeptUnlessItIsForgotten) {
  const Faults none;
  Deflater keeps(15, false, none);
  Deflater forgets(15, true, none);
  EXPECT_EQ(keeps.message(kText), forgets.message(kText));
  EXPECT_LT(keeps.message(kText).size(), forgets.message(kText).size());
}

TEST(FaultyDeflateTest, ForgettingOnOneSideBreaksTheSecondMessage) {
  const Faults none;
  const Faults forgetful(Fault::kInflateForgets);
  Deflater from(15, false, none);
  Inflater to(false, forgetful);
  EXPECT_EQ(round_trip(from, to, kText), kText);
  EXPECT_NE(round_trip(from, to, kText), kText);
}

TEST(FaultyDeflateTest, OctetsThatAreNoDeflateAreRefused) {
  const Faults none;
  Inflater to(false, none);
  EXPECT_FALSE(to.push("\xFF\xFF\xFF\xFF", true));
}

TEST(FaultyDeflateTest, TheTailIsLeftOffUnlessAFaultLeavesIt) {
  const Faults none;
  const Faults left(Fault::kDeflateTailLeft);
  Deflater good(15, false, none);
  Deflater bad(15, false, left);
  EXPECT_EQ(good.message(kText) + std::string("\0\0\xFF\xFF", 4), bad.message(kText));
}

}  // namespace
}  // namespace wsproof::faulty
