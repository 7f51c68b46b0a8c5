// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace wsproof::load {

/// Nanoseconds of a clock that never goes back.
[[nodiscard]] std::uint64_t clock_ns();

/// CPU time of this process, all threads, in seconds.
[[nodiscard]] double own_cpu_seconds();

/// The same of another process; nothing where there is none, or none that may be looked at.
[[nodiscard]] std::optional<double> cpu_seconds(pid_t pid);

/// Resident memory of a process in octets.
[[nodiscard]] std::optional<std::uint64_t> resident_octets(pid_t pid);

/// Lets this process open so many descriptors; otherwise one sentence that says how many there are.
[[nodiscard]] std::optional<std::string> raise_descriptor_limit(std::uint64_t wanted);

}  // namespace wsproof::load
