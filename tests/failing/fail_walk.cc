// SPDX-License-Identifier: Apache-2.0
#include "tests/failing/fail_walk.h"

#include <cstdio>
#include <cstdlib>
#include <map>

namespace wsproof::test {
namespace {

/// What has been done in all.
struct Tally {
  std::uint64_t runs = 0;
  std::uint64_t wrong = 0;
  std::uint64_t calls = 0;  // in all runs
  std::uint64_t failures = 0;
  std::map<std::string, std::uint64_t> by_point;
};

Tally& tally() {
  static Tally all;
  return all;
}

}  // namespace

testing::Matcher<const std::string&> one_sentence(const std::string& program) {
  return testing::MatchesRegex(program + ": [^\n]+\n");
}

void FailWalk::TearDownTestSuite() {
  const Tally& all = tally();
  std::printf(
      "failing: %llu failures injected at %zu fail points, in %llu runs of %llu calls; "
      "%llu runs went wrong\n",
      static_cast<unsigned long long>(all.failures), all.by_point.size(),
      static_cast<unsigned long long>(all.runs), static_cast<unsigned long long>(all.calls),
      static_cast<unsigned long long>(all.wrong));
  for (const auto& [name, count] : all.by_point) {
    std::printf("failing: %8llu  %s\n", static_cast<unsigned long long>(count), name.c_str());
  }
}

std::optional<std::uint64_t> FailWalk::only_step() {
  const char* const text = std::getenv("WSPROOF_FAIL_AT");  // NOLINT(concurrency-mt-unsafe)
  if (text == nullptr) return std::nullopt;
  return std::strtoull(text, nullptr, 10);
}

std::uint64_t FailWalk::stride_over(std::uint64_t calls, std::uint64_t runs) {
  const bool every = std::getenv("WSPROOF_FAIL_EVERY") != nullptr;  // NOLINT(concurrency-mt-unsafe)
  return every ? 1 : std::max<std::uint64_t>(1, calls / runs);
}

int FailWalk::complaints() {
  return testing::UnitTest::GetInstance()->current_test_info()->result()->total_part_count();
}

void FailWalk::count(bool right) {
  const FailState& state = fail_state();
  ++tally().runs;
  tally().wrong += right ? 0 : 1;
  tally().calls += state.counted;
  tally().failures += state.failed;
  for (std::size_t point = 0; point < fail_points(); ++point) {
    if (state.failed_at[point] == 0) continue;
    tally().by_point[fail_point_name(point)] += state.failed_at[point];
    if (!right) std::printf("failing: it was %s\n", fail_point_name(point));
  }
}

}  // namespace wsproof::test
