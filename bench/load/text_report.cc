// SPDX-License-Identifier: Apache-2.0
#include "bench/load/text_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace wsproof::load {
namespace {

constexpr double kMebi = 1024.0 * 1024;

// Names, labels and failures come from a command line, from a file, or from what a peer did:
// nothing in them may control the terminal.
std::string printable(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    if ((letter >= 0 && letter < ' ') || letter == '\x7f') {
      out += fmt::format("\\x{:02x}", letter);
    } else {
      out += letter;
    }
  }
  return out;
}

std::string plural(const Result& result) {
  return result.item == "delivery" ? "deliveries" : printable(result.item) + "s";
}

double octet_rate(const Result& result) {
  return result.seconds > 0 ? static_cast<double>(result.octets) / result.seconds : 0;
}

std::string latency_line(const Histogram& latency) {
  std::string out;
  for (const double percent : {50.0, 90.0, 99.0, 99.9, 99.99}) {
    out += fmt::format("p{:g} {}, ", percent, duration_text(latency.at(percent)));
  }
  return out + "max " + duration_text(latency.max());
}

std::string server_line(const Result& result) {
  std::string out;
  if (const auto cost = result.server_cpu_per_item()) {
    out += fmt::format("{:.3f} us of CPU for each {}, ", *cost, printable(result.item));
  }
  if (result.seconds > 0) {
    out += fmt::format("busy {:.0f} %, ", result.server->cpu_seconds / result.seconds * 100);
  }
  out +=
      fmt::format("{:.1f} MiB resident", static_cast<double>(result.server->memory_after) / kMebi);
  if (const auto each = result.memory_per_connection()) {
    out += fmt::format(", {:.0f} octets for each connection", *each);
  }
  return out;
}

}  // namespace

std::string duration_text(std::uint64_t nanoseconds) {
  const auto value = static_cast<double>(nanoseconds);
  if (value < 1e3) return fmt::format("{} ns", nanoseconds);
  if (value < 1e6) return fmt::format("{:.1f} us", value / 1e3);
  if (value < 1e9) return fmt::format("{:.2f} ms", value / 1e6);
  return fmt::format("{:.2f} s", value / 1e9);
}

std::string text_report(const Result& result) {
  std::string out = fmt::format("{}  {}\n", printable(result.name), printable(result.label));
  const auto line = [&out](const char* what, const std::string& text) {
    out += fmt::format("  {:<10} {}\n", what, text);
  };
  line("opened", fmt::format("{} connections", result.connections));
  if (result.items > 0) {
    line(plural(result).c_str(),
         fmt::format("{} in {:.2f} s: {:.0f} a second, {:.2f} MiB/s", result.items, result.seconds,
                     result.rate(), octet_rate(result) / kMebi));
    line("latency", latency_line(result.latency));
  } else {
    line(plural(result).c_str(), "none");
  }
  if (result.open_loop && result.lag.count() > 0) line("own lag", latency_line(result.lag));
  if (result.seconds > 0) {
    line("generator",
         fmt::format("busy {:.0f} % of {}", result.own_cpu_seconds / result.seconds * 100,
                     result.generators == 1 ? std::string("one core")
                                            : fmt::format("{} cores", result.generators)));
  }
  if (result.server) line("server", server_line(result));
  for (const auto& [what, count] : result.failures) {
    line("FAILED", fmt::format("{} x {}", count, printable(what)));
  }
  for (const std::string& warning : result.warnings()) line("WARNING", warning);
  return out;
}

std::string hdr_report(const Histogram& histogram) {
  std::string out = fmt::format("{:>12} {:>14} {:>10} {:>14}\n\n", "Value", "Percentile",
                                "TotalCount", "1/(1-Percentile)");
  std::uint64_t seen = 0;
  const auto total = static_cast<double>(histogram.count());
  for (const Histogram::Bucket& bucket : histogram.buckets()) {
    seen += bucket.count;
    const double value = static_cast<double>(std::min(bucket.high, histogram.max())) / 1e6;
    const double part = static_cast<double>(seen) / total;
    if (seen < histogram.count()) {
      const auto above = static_cast<double>(histogram.count() - seen);
      out += fmt::format("{:12.3f} {:2.12f} {:10} {:14.2f}\n", value, part, seen, total / above);
    } else {
      out += fmt::format("{:12.3f} {:2.12f} {:10}\n", value, 1.0, seen);
    }
  }
  out += fmt::format("#[Mean    = {:12.3f}, StdDeviation   = {:12.3f}]\n", histogram.mean() / 1e6,
                     histogram.standard_deviation() / 1e6);
  out += fmt::format("#[Max     = {:12.3f}, Total count    = {:12}]\n",
                     static_cast<double>(histogram.max()) / 1e6, histogram.count());
  out += fmt::format("#[Buckets = {:12}, SubBuckets     = {:12}]\n", 64, 128);
  return out;
}

}  // namespace wsproof::load
