// SPDX-License-Identifier: Apache-2.0
#include "tests/failing/fail_point.h"

#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace wsproof::test {
namespace {

struct Point {
  const char* name = nullptr;
  FailGroup group = FailGroup::kMemory;
};

// Filled while other globals are made, in whatever order: these need no constructor.
constinit std::array<Point, FailState::kMaxPoints> points{};
constinit std::size_t point_count = 0;
constinit std::atomic<FailState*> shared = nullptr;
constinit bool is_subject = false;

FailState* make_shared_state() {
  void* const memory =
      ::mmap(nullptr, sizeof(FailState), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) std::abort();
  return new (memory) FailState;
}

}  // namespace

void FailState::prepare(const FailPlan& its_plan) {
  armed = false;
  plan = its_plan;
  counted = 0;
  failed = 0;
  for (auto& count : failed_at) count = 0;
}

FailState& fail_state() {
  FailState* state = shared.load();
  if (state == nullptr) {
    state = make_shared_state();
    shared = state;
  }
  return *state;
}

std::size_t add_fail_point(const char* name, FailGroup group) {
  if (point_count == points.size()) std::abort();
  points[point_count] = {name, group};
  return point_count++;
}

const char* fail_point_name(std::size_t point) { return points[point].name; }

std::size_t fail_points() { return point_count; }

void set_subject(bool subject) {
  static_cast<void>(fail_state());
  is_subject = subject;
}

bool fails(std::size_t point) {
  if (!is_subject) return false;
  FailState* const state = shared.load(std::memory_order_relaxed);
  if (!state->armed.load(std::memory_order_relaxed)) return false;
  const FailPlan& plan = state->plan;
  if (plan.group != points[point].group) return false;
  const std::uint64_t number = ++state->counted;
  if (plan.at == 0 || (plan.from_then_on ? number < plan.at : number != plan.at)) return false;
  ++state->failed;
  ++state->failed_at[point];
  return true;
}

}  // namespace wsproof::test
