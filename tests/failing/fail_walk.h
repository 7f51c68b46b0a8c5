// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/failing/fail_point.h"

namespace wsproof::test {

/// One story, and what is to fail in it.
template <typename Story>
struct Walk {
  Story story;
  FailPlan plan;
};

template <typename Story>
std::string name_of(const Walk<Story>& walk) {
  return walk.story.name + (walk.plan.group == FailGroup::kMemory ? "Memory" : "Calls") +
         (walk.plan.from_then_on ? "FromThenOn" : "Once");
}

/// Each story with each group of fail points, once and from then on.
template <typename Story>
std::vector<Walk<Story>> walks(const std::vector<Story>& stories) {
  std::vector<Walk<Story>> all;
  for (const Story& story : stories) {
    for (const FailGroup group : {FailGroup::kCalls, FailGroup::kMemory}) {
      for (const bool from_then_on : {false, true}) {
        all.push_back({story, {group, 0, from_then_on}});
      }
    }
  }
  return all;
}

/// One sentence on one line that begins with the program's name.
[[nodiscard]] testing::Matcher<const std::string&> one_sentence(const std::string& program);

/// Runs a story with its first call failing, then the second, and so on until none is left; at the
/// end of all it prints how often that was.
///
/// A story of more calls than `runs` (TLS, a command line, the catalogue of cases) is walked in
/// strides; WSPROOF_FAIL_EVERY=1 in the environment takes every step, WSPROOF_FAIL_AT=N only this.
class FailWalk : public testing::Test {
 protected:
  static void TearDownTestSuite();

  template <typename Run>
  static void walk(FailPlan plan, Run run, std::uint64_t runs = 60) {
    if (const auto only = only_step()) {
      plan.at = *only;
      step(plan, run);
      return;
    }
    plan.at = 0;
    step(plan, run);
    const std::uint64_t calls = fail_state().counted;
    const std::uint64_t stride = stride_over(calls, runs);
    int wrong = 0;
    for (plan.at = 1; wrong < kEnough; plan.at += stride) {
      SCOPED_TRACE("call " + std::to_string(plan.at) + " of about " + std::to_string(calls));
      wrong += step(plan, run) ? 0 : 1;
      // A run may take a few calls fewer than another, as octets arrive together or apart.
      if (fail_state().failed == 0 && plan.at > calls) break;
    }
  }

 private:
  // Runs of one story that go wrong; the rest is probably the same fault.
  static constexpr int kEnough = 3;

  template <typename Run>
  static bool step(const FailPlan& plan, Run run) {
    const int before = complaints();
    fail_state().prepare(plan);
    run();
    const bool right = complaints() == before;
    count(right);
    return right;
  }

  [[nodiscard]] static std::optional<std::uint64_t> only_step();
  [[nodiscard]] static std::uint64_t stride_over(std::uint64_t calls, std::uint64_t runs);
  [[nodiscard]] static int complaints();
  static void count(bool right);
};

}  // namespace wsproof::test
