// SPDX-License-Identifier: Apache-2.0
#include "bench/load/html_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

#include "bench/load/text_report.h"

namespace wsproof::load {
namespace {

constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>wsproof-load</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem;
  color: #1d2430; background: #fff; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2.5rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .25rem .6rem; border-bottom: 1px solid #d9dee6; }
th:first-child, td:first-child { text-align: left; }
svg { width: 100%; height: auto; } svg text { font: 11px system-ui, sans-serif; fill: #4a5568; }
.axis { stroke: #b6bfcc; stroke-width: 1; fill: none; } .line { fill: none; stroke-width: 2; }
.bad { color: #a40e26; } .warning { color: #8a5a00; }
@media (prefers-color-scheme: dark) { body { color: #e3e8ef; background: #14181f; }
  th, td { border-color: #343c49; } svg text { fill: #aab4c3; } .bad { color: #ff8d9b; }
  .warning { color: #f0c060; } }
</style></head><body>
<h1>wsproof-load</h1>
)";

constexpr std::array<std::string_view, 8> kColours = {"#2563eb", "#d97706", "#059669", "#dc2626",
                                                      "#7c3aed", "#0891b2", "#be185d", "#65a30d"};
constexpr double kWidth = 900;
constexpr double kHeight = 300;
constexpr double kLeft = 80;
constexpr double kBottom = 40;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    switch (letter) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += letter;
    }
  }
  return out;
}

using Group = std::vector<const Result*>;
using Points = std::vector<std::pair<double, double>>;

/// A plot's frame, in which x and y run from 0 to 1.
class Plot {
 public:
  explicit Plot(std::string_view title) {
    out_ = fmt::format(
        "<svg viewBox=\"0 0 {0} {1}\" role=\"img\"><title>{2}</title>"
        "<path class=\"axis\" d=\"M{3} 10V{4}H{0}\"/>\n",
        kWidth, kHeight, escaped(title), kLeft, kHeight - kBottom);
  }
  void mark_x(double at, std::string_view text) {
    out_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n", x(at),
                        kHeight - kBottom + 18, escaped(text));
  }
  void mark_y(double at, std::string_view text) {
    out_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
                        kLeft - 6, y(at) + 4, escaped(text));
  }
  void line(const Points& points, std::size_t colour) {
    std::string path;
    for (const auto& [at_x, at_y] : points) {
      path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x(at_x), y(at_y));
    }
    out_ += fmt::format("<path class=\"line\" stroke=\"{}\" d=\"{}\"/>\n",
                        kColours[colour % kColours.size()], path);
  }
  void bar(double from, double to, double height, std::size_t colour) {
    out_ += fmt::format(
        "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\"/>\n",
        x(from), y(height), x(to) - x(from), y(0) - y(height), kColours[colour % kColours.size()]);
  }
  void legend(const Group& group) {
    for (std::size_t i = 0; i < group.size(); ++i) {
      out_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" style=\"fill:{}\">{}</text>\n",
                          kLeft + 20, 24 + 15 * static_cast<double>(i),
                          kColours[i % kColours.size()], escaped(group[i]->label));
    }
  }
  [[nodiscard]] std::string end() { return std::move(out_) + "</svg>\n"; }

 private:
  [[nodiscard]] static double x(double at) { return kLeft + at * (kWidth - kLeft - 20); }
  [[nodiscard]] static double y(double at) {
    return kHeight - kBottom - at * (kHeight - kBottom - 16);
  }
  std::string out_;
};

std::string table(const Group& group) {
  std::string out =
      "<table><tr><th></th><th>a second</th><th>p50</th><th>p99</th><th>p99.9</th><th>max</th>"
      "<th>server CPU each</th><th>memory each</th><th>failures</th></tr>\n";
  for (const Result* result : group) {
    const Histogram& latency = result->latency;
    const auto cpu = result->server_cpu_per_item();
    const auto memory = result->memory_per_connection();
    out += fmt::format(
        "<tr><td>{}</td><td>{:.0f}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>"
        "<td>{}</td><td>{}</td></tr>\n",
        escaped(result->label), result->rate(), duration_text(latency.at(50)),
        duration_text(latency.at(99)), duration_text(latency.at(99.9)),
        duration_text(latency.max()), cpu ? fmt::format("{:.2f} us", *cpu) : "",
        memory ? fmt::format("{:.0f} B", *memory) : "", result->failure_count());
  }
  return out + "</table>\n";
}

std::string latencies(const Group& group) {
  std::uint64_t least = UINT64_MAX;
  std::uint64_t most = 1;
  for (const Result* result : group) {
    if (result->latency.count() == 0) continue;
    least = std::min(least, std::max<std::uint64_t>(result->latency.min(), 1));
    most = std::max(most, result->latency.max());
  }
  if (least > most) return {};
  const double low = std::floor(std::log10(static_cast<double>(least)));
  const double high = std::max(low + 1, std::ceil(std::log10(static_cast<double>(most))));
  // From 0 to 99.999 %, each nine as wide as the one before.
  constexpr double kNines = 5;
  Plot plot("latency by percentile");
  for (int nines = 0; nines < 6; ++nines) {
    constexpr std::array<std::string_view, 6> kNames = {"0 %",    "90 %",    "99 %",
                                                        "99.9 %", "99.99 %", "99.999 %"};
    plot.mark_x(nines / kNines, kNames[static_cast<std::size_t>(nines)]);
  }
  for (int power = static_cast<int>(low); power <= static_cast<int>(high); ++power) {
    plot.mark_y((power - low) / (high - low),
                duration_text(static_cast<std::uint64_t>(std::pow(10, power))));
  }
  for (std::size_t i = 0; i < group.size(); ++i) {
    Points points;
    for (int step = 0; group[i]->latency.count() > 0 && step <= 100; ++step) {
      const double at = step / 100.0;
      const double percent = 100 - std::pow(10, 2 - at * kNines);
      const auto value =
          static_cast<double>(std::max<std::uint64_t>(group[i]->latency.at(percent), 1));
      points.emplace_back(at, (std::log10(value) - low) / (high - low));
    }
    plot.line(points, i);
  }
  plot.legend(group);
  return "<h3>Latency by percentile</h3>\n" + plot.end();
}

std::string rates(const Group& group) {
  std::uint64_t most = 0;
  std::size_t steps = 0;
  for (const Result* result : group) {
    for (const std::uint64_t count : result->timeline) most = std::max(most, count);
    steps = std::max(steps, result->timeline.size());
  }
  if (most == 0 || steps < 2) return {};
  Plot plot("rate over time");
  for (int i = 0; i <= 4; ++i) {
    plot.mark_x(i / 4.0,
                fmt::format("{:.1f} s", Result::kStep * static_cast<double>(steps) * i / 4));
    plot.mark_y(i / 4.0,
                fmt::format("{:.0f}/s", static_cast<double>(most) / Result::kStep * i / 4));
  }
  for (std::size_t i = 0; i < group.size(); ++i) {
    Points points;
    const std::vector<std::uint64_t>& timeline = group[i]->timeline;
    for (std::size_t step = 0; step < timeline.size(); ++step) {
      points.emplace_back((static_cast<double>(step) + 0.5) / static_cast<double>(steps),
                          static_cast<double>(timeline[step]) / static_cast<double>(most));
    }
    plot.line(points, i);
  }
  plot.legend(group);
  return "<h3>Rate over time</h3>\n" + plot.end();
}

std::string bars(const Group& group) {
  if (group.size() < 2) return {};
  const bool by_cpu = std::ranges::all_of(
      group, [](const Result* result) { return result->server_cpu_per_item().has_value(); });
  const auto value_of = [by_cpu](const Result* result) {
    return by_cpu ? *result->server_cpu_per_item() : result->rate();
  };
  double most = 0;
  for (const Result* result : group) most = std::max(most, value_of(result));
  if (most <= 0) return {};
  const std::string_view title =
      by_cpu ? "CPU time of the server for each item (less is better)" : "Items a second";
  Plot plot(title);
  const double width = 1 / static_cast<double>(group.size());
  for (std::size_t i = 0; i < group.size(); ++i) {
    const double from = width * static_cast<double>(i);
    const double value = value_of(group[i]);
    plot.bar(from + width * 0.15, from + width * 0.85, value / most * 0.9, i);
    plot.mark_x(from + width / 2,
                fmt::format("{}: {:.3g}{}", group[i]->label, value, by_cpu ? " us" : "/s"));
  }
  return fmt::format("<h3>{}</h3>\n{}", title, plot.end());
}

}  // namespace

std::string html_report(const std::vector<Result>& results) {
  std::vector<std::pair<std::string, Group>> groups;
  for (const Result& result : results) {
    auto found = std::ranges::find(groups, result.name, &std::pair<std::string, Group>::first);
    if (found == groups.end()) found = groups.insert(found, {result.name, {}});
    found->second.push_back(&result);
  }
  std::string out(kHead);
  for (const auto& [name, group] : groups) {
    out += fmt::format("<h2>{}</h2>\n", escaped(name));
    out += table(group) + bars(group) + latencies(group) + rates(group);
    for (const Result* result : group) {
      for (const auto& [what, count] : result->failures) {
        out += fmt::format("<p class=\"bad\">{}: {} x {}</p>\n", escaped(result->label), count,
                           escaped(what));
      }
      for (const std::string& warning : result->warnings()) {
        out += fmt::format("<p class=\"warning\">{}: {}</p>\n", escaped(result->label),
                           escaped(warning));
      }
    }
  }
  return out + "</body></html>\n";
}

}  // namespace wsproof::load
