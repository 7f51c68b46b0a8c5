// SPDX-License-Identifier: Apache-2.0
// Fault injection. A fail point is one function that can fail for want of something: of memory, of
// descriptors, of the kernel's good will. failing_memory.cc puts one before each way to allocate,
// for the program and for every library in it; failing_calls.cc, by the linker's --wrap, before
// each function of libuv and each system call that our own code makes. The calls of a group are
// counted, and the Nth fails; the tests run a program again for N = 1, 2, 3 ... until a run ends in
// which N was not reached: then every call of it has failed once.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

namespace wsproof::test {

enum class FailGroup : std::uint8_t { kMemory, kCalls };

/// What is to fail.
struct FailPlan {
  FailGroup group = FailGroup::kMemory;
  std::uint64_t at = 0;       ///< the first call is 1; 0: none
  bool from_then_on = false;  ///< each one after it, too: what is used up stays used up
};

/// What parent and child processes know of it together.
struct FailState {
  static constexpr std::size_t kMaxPoints = 96;

  std::atomic<bool> armed = false;  ///< the subject's calls are counted, and may fail
  FailPlan plan;
  std::atomic<std::uint64_t> counted = 0;  ///< calls of the plan's group while armed
  std::atomic<std::uint64_t> failed = 0;
  std::array<std::atomic<std::uint64_t>, kMaxPoints> failed_at{};  ///< the same by point

  /// Begins anew, and not armed.
  void prepare(const FailPlan& its_plan);
};

/// Shared with every process that is forked later. Made by the first call.
[[nodiscard]] FailState& fail_state();

/// A name for a function that can fail. Only while the program's globals are made.
[[nodiscard]] std::size_t add_fail_point(const char* name, FailGroup group);
[[nodiscard]] const char* fail_point_name(std::size_t point);
[[nodiscard]] std::size_t fail_points();

/// Whether calls of this process count, and of those that it forks from now on.
void set_subject(bool subject);

/// Counts a call at the point; whether it has to fail.
[[nodiscard]] bool fails(std::size_t point);

/// Blocks and octets that the program holds, whether armed or not.
struct HeldMemory {
  std::int64_t blocks = 0;
  std::int64_t octets = 0;
};
[[nodiscard]] HeldMemory held_memory();

}  // namespace wsproof::test
