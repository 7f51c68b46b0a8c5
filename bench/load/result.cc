// SPDX-License-Identifier: Apache-2.0
#include "bench/load/result.h"

#include <fmt/format.h>

#include <algorithm>

namespace wsproof::load {
namespace {

// A core that is busy for more than this is taken for one that could not have done more.
constexpr double kBusy = 0.9;
// An open loop that is later than this did not send when it said that it did.
constexpr std::uint64_t kLate = 1'000'000;

}  // namespace

std::uint64_t Result::failure_count() const {
  std::uint64_t sum = 0;
  for (const auto& [what, count] : failures) sum += count;
  return sum;
}

std::optional<double> Result::server_cpu_per_item() const {
  if (!server || items == 0) return std::nullopt;
  return server->cpu_seconds * 1e6 / static_cast<double>(items);
}

std::optional<double> Result::memory_per_connection() const {
  if (!server || server->memory_before == 0 || connections == 0) return std::nullopt;
  // It has given memory back that was of something else: nothing is known of the connections.
  if (server->memory_after < server->memory_before) return std::nullopt;
  return (static_cast<double>(server->memory_after) - static_cast<double>(server->memory_before)) /
         static_cast<double>(connections);
}

std::vector<std::string> Result::warnings() const {
  std::vector<std::string> out;
  if (seconds <= 0) return out;
  const double own = own_cpu_seconds / seconds / generators;
  const bool server_is_busy = server && server->cpu_seconds / seconds > kBusy;
  if (own > kBusy && !server_is_busy) {
    out.push_back(fmt::format(
        "the generator was the bottleneck: it was busy for {:.0f} % of the time{}; the rate is its "
        "own, not the server's",
        own * 100,
        server ? fmt::format(", the server for {:.0f} %", server->cpu_seconds / seconds * 100)
               : ""));
  }
  if (open_loop && lag.at(99) > kLate) {
    out.push_back(
        fmt::format("the generator was late: one message in a hundred left {:.1f} ms or more after "
                    "its time; what the latencies say is partly its own lag",
                    static_cast<double>(lag.at(99)) / 1e6));
  }
  return out;
}

void merge(Result& into, const Result& other) {
  into.connections += other.connections;
  into.items += other.items;
  into.octets += other.octets;
  into.seconds = std::max(into.seconds, other.seconds);
  into.latency.merge(other.latency);
  into.timeline.resize(std::max(into.timeline.size(), other.timeline.size()));
  for (std::size_t i = 0; i < other.timeline.size(); ++i) into.timeline[i] += other.timeline[i];
  into.own_cpu_seconds += other.own_cpu_seconds;
  into.lag.merge(other.lag);
  into.open_loop = into.open_loop || other.open_loop;
  into.generators += other.generators;
  if (other.server) {
    if (!into.server) {
      into.server = other.server;
    } else {
      into.server->cpu_seconds = std::max(into.server->cpu_seconds, other.server->cpu_seconds);
      into.server->memory_before =
          std::min(into.server->memory_before, other.server->memory_before);
      into.server->memory_after = std::max(into.server->memory_after, other.server->memory_after);
    }
  }
  into.wrong_answers += other.wrong_answers;
  for (const auto& [what, count] : other.failures) into.failures[what] += count;
}

}  // namespace wsproof::load
