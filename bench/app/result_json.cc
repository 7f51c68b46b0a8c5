// SPDX-License-Identifier: Apache-2.0
#include "bench/app/result_json.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

namespace wsproof::load {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Histogram& histogram) {
  Json buckets = Json::array();
  for (const Histogram::Bucket& bucket : histogram.buckets()) {
    buckets.push_back({bucket.low, bucket.count});
  }
  return {{"min", histogram.min()},
          {"max", histogram.max()},
          {"sum", histogram.sum()},
          {"buckets", std::move(buckets)}};
}

/// What Google Benchmark would have written.
Json benchmark_of(const Result& result) {
  const auto items = static_cast<double>(result.items);
  const std::string name = result.label + "/" + result.name;
  Json out = {{"name", name},
              {"run_name", name},
              {"run_type", "iteration"},
              {"repetitions", 1},
              {"repetition_index", 0},
              {"threads", 1},
              {"iterations", result.items},
              {"real_time", result.latency.mean() / 1e3},
              {"cpu_time", result.server_cpu_per_item().value_or(
                               items > 0 ? result.own_cpu_seconds * 1e6 / items : 0)},
              {"time_unit", "us"},
              {"items_per_second", result.rate()},
              {"bytes_per_second",
               result.seconds > 0 ? static_cast<double>(result.octets) / result.seconds : 0}};
  constexpr std::pair<const char*, double> kPercentiles[] = {
      {"p50_us", 50}, {"p90_us", 90}, {"p99_us", 99}, {"p99_9_us", 99.9}, {"p99_99_us", 99.99}};
  for (const auto& [key, percent] : kPercentiles) {
    out[key] = static_cast<double>(result.latency.at(percent)) / 1e3;
  }
  out["max_us"] = static_cast<double>(result.latency.max()) / 1e3;
  out["failures"] = result.failure_count();
  if (const auto memory = result.memory_per_connection()) out["memory_per_connection"] = *memory;
  return out;
}

Json whole_of(const Result& result) {
  Json out = {{"name", result.name},
              {"label", result.label},
              {"item", result.item},
              {"connections", result.connections},
              {"items", result.items},
              {"octets", result.octets},
              {"seconds", result.seconds},
              {"own_cpu_seconds", result.own_cpu_seconds},
              {"open_loop", result.open_loop},
              {"generators", result.generators},
              {"timeline", result.timeline},
              {"failures", result.failures},
              {"wrong_answers", result.wrong_answers},
              {"latency_ns", json_of(result.latency)},
              {"lag_ns", json_of(result.lag)}};
  if (result.server) {
    out["server"] = {{"cpu_seconds", result.server->cpu_seconds},
                     {"memory_before", result.server->memory_before},
                     {"memory_after", result.server->memory_after}};
  }
  return out;
}

}  // namespace

std::string to_json(const std::vector<Result>& results) {
  Json out = {{"context",
               {{"executable", "wsproof-load"},
                {"num_cpus", std::thread::hardware_concurrency()},
                {"library_build_type", "release"}}},
              {"benchmarks", Json::array()},
              {"wsproof_load", Json::array()}};
  for (const Result& result : results) {
    out["benchmarks"].push_back(benchmark_of(result));
    out["wsproof_load"].push_back(whole_of(result));
  }
  // A label is whatever octets the command line had.
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace wsproof::load
