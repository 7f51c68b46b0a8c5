// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/load/histogram.h"

namespace wsproof::load {

/// What the server's process used during the measured time.
struct ServerUse {
  double cpu_seconds = 0;
  std::uint64_t memory_before = 0;  ///< resident octets, before the connections were opened
  std::uint64_t memory_after = 0;   ///< and while they were open
};

/// What one run has found. Counts are those of the measured time; failures are those of all of it.
struct Result {
  /// The length of a step of `timeline`, in seconds.
  static constexpr double kStep = 0.1;

  std::string name;              ///< what was done, and how: "echo/20/connections:100/depth:1"
  std::string label;             ///< whom it was done to; the URL where nobody gave a name
  std::string item = "message";  ///< what is counted: message, delivery, handshake, connection

  std::uint64_t connections = 0;  ///< that were open
  std::uint64_t items = 0;
  std::uint64_t octets = 0;  ///< payload that came back
  double seconds = 0;
  Histogram latency;                    ///< nanoseconds
  std::vector<std::uint64_t> timeline;  ///< items in each step

  double own_cpu_seconds = 0;
  Histogram lag;  ///< how late the generator itself was, in nanoseconds (open loop)
  bool open_loop = false;
  std::uint32_t generators = 1;

  std::optional<ServerUse> server;
  std::map<std::string, std::uint64_t> failures;  ///< what went wrong, how often
  std::uint64_t wrong_answers = 0;                ///< of those: it answered, but not what it had to

  [[nodiscard]] double rate() const {
    return seconds > 0 ? static_cast<double>(items) / seconds : 0;
  }
  [[nodiscard]] std::uint64_t failure_count() const;
  /// The server's CPU time for each item, in microseconds, where both are known.
  [[nodiscard]] std::optional<double> server_cpu_per_item() const;
  /// Octets of the server's memory for each connection, where they are known.
  [[nodiscard]] std::optional<double> memory_per_connection() const;
  /// What makes the figures doubtful, each in a sentence: above all that the generator, not the
  /// server, was the bottleneck.
  [[nodiscard]] std::vector<std::string> warnings() const;
};

/// The same work against the same server by several generators at a time, as if by one: counts and
/// rates add up, the server's use is counted once. `other` has the same name and label.
void merge(Result& into, const Result& other);

}  // namespace wsproof::load
