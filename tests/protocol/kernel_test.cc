// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/kernel.h"

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include <set>
#include <string>
#include <string_view>

namespace wsproof {
namespace {

TEST(Kernels, BeginWithTheReferenceAndEndWithTheFastest) {
  ASSERT_GE(kernels().size(), 2U);
  EXPECT_EQ(kernels()[0].name, "scalar");
  EXPECT_EQ(kernels()[1].name, "words");
}

TEST(Kernels, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const Kernel& each : kernels()) EXPECT_TRUE(names.insert(each.name).second) << each.name;
}

// The set is Highway's choice; that none of what it was compiled for is missing is ours.
TEST(Kernels, AreThereForEveryInstructionSetOfThisProcessor) {
  std::set<std::string_view> names;
  for (const Kernel& each : kernels()) names.insert(each.name);
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    if (target == HWY_SCALAR || target == HWY_EMU128) continue;
    EXPECT_EQ(names.count(hwy::TargetName(target)), 1U) << hwy::TargetName(target);
  }
}

TEST(ForceKernel, TakesAnyByItsName) {
  for (const Kernel& each : kernels()) {
    EXPECT_TRUE(force_kernel(each.name));
    EXPECT_EQ(kernel().name, each.name);
  }
}

TEST(ForceKernel, TakesTheFastestWithoutAName) {
  ASSERT_TRUE(force_kernel("scalar"));
  EXPECT_TRUE(force_kernel(""));
  EXPECT_EQ(kernel().name, kernels().back().name);
}

TEST(ForceKernel, RefusesANameThatThereIsNot) {
  ASSERT_TRUE(force_kernel("words"));
  EXPECT_FALSE(force_kernel("MMX"));
  EXPECT_EQ(kernel().name, "words");
  EXPECT_TRUE(force_kernel(""));
}

}  // namespace
}  // namespace wsproof
