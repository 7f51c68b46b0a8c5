// SPDX-License-Identifier: Apache-2.0
#include "bench/app/process_use.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <fstream>

namespace wsproof::load {
namespace {

std::optional<double> seconds_of(clockid_t clock) {
  timespec time{};
  if (clock_gettime(clock, &time) != 0) return std::nullopt;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace

std::uint64_t clock_ns() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(time.tv_nsec);
}

double own_cpu_seconds() { return seconds_of(CLOCK_PROCESS_CPUTIME_ID).value_or(0); }

std::optional<double> cpu_seconds(pid_t pid) {
  // Counts the threads that have ended as well, and in nanoseconds, neither of which /proc does.
  clockid_t clock{};
  if (clock_getcpuclockid(pid, &clock) != 0) return std::nullopt;
  return seconds_of(clock);
}

std::optional<std::uint64_t> resident_octets(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/statm", pid));
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  if (!(file >> size >> resident)) return std::nullopt;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::optional<std::string> raise_descriptor_limit(std::uint64_t wanted) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return std::nullopt;
  // Who is root may raise the hard limit as well.
  rlimit higher{wanted, std::max<rlim_t>(wanted, limit.rlim_max)};
  if (setrlimit(RLIMIT_NOFILE, &higher) == 0) return std::nullopt;
  higher = {std::min<rlim_t>(wanted, limit.rlim_max), limit.rlim_max};
  if (setrlimit(RLIMIT_NOFILE, &higher) == 0 && higher.rlim_cur >= wanted) return std::nullopt;
  return fmt::format("{} file descriptors are needed, and the system allows {} (ulimit -n)", wanted,
                     limit.rlim_max);
}

}  // namespace wsproof::load
