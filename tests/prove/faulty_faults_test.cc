// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cctype>
#include <set>
#include <string>

#include "tests/peers/faulty/faults.h"

namespace wsproof::faulty {
namespace {

TEST(FaultsTest, TheTableIsInTheOrderOfTheEnum) {
  ASSERT_EQ(all_faults().size(), kFaults);
  for (std::size_t i = 0; i < kFaults; ++i) {
    EXPECT_EQ(static_cast<std::size_t>(all_faults()[i].fault), i) << all_faults()[i].name;
  }
}

TEST(FaultsTest, EveryRowIsComplete) {
  std::set<std::string_view> names, sentences;
  std::size_t in_server = 0, in_client = 0;
  for (const FaultInfo& fault : all_faults()) {
    EXPECT_TRUE(names.insert(fault.name).second) << fault.name;
    EXPECT_TRUE(sentences.insert(fault.sentence).second) << fault.name;
    EXPECT_TRUE(fault.in_server || fault.in_client) << fault.name;
    EXPECT_NE(fault.sentence.back(), '.') << fault.name;
    EXPECT_EQ(find_fault(fault.name), &info(fault.fault));
    in_server += fault.in_server ? 1U : 0U;
    in_client += fault.in_client ? 1U : 0U;
  }
  EXPECT_GE(in_server, 80U);
  EXPECT_GE(in_client, 80U);
  EXPECT_EQ(find_fault("perfect"), nullptr);
}

TEST(FaultsTest, OnlyOneIsOn) {
  EXPECT_FALSE(Faults().on(Fault::kNoPong));
  EXPECT_TRUE(Faults(Fault::kNoPong).on(Fault::kNoPong));
  EXPECT_FALSE(Faults(Fault::kNoPong).on(Fault::kNoEcho));
}

}  // namespace
}  // namespace wsproof::faulty
