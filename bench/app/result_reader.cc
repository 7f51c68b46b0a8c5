// SPDX-License-Identifier: Apache-2.0
#include "bench/app/result_reader.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace wsproof::load {
namespace {

using Json = nlohmann::json;

// Counts, octets, and nanoseconds of one item (a hundred days). Thousands of files of such still
// add up in 64 bits, and a double holds each exactly.
constexpr std::uint64_t kMost = std::uint64_t{1} << 53U;
constexpr std::uint64_t kMostGenerators = 1'000'000;
constexpr double kMostSeconds = 1e9;
// A measured time that is shorter would have rates without end.
constexpr double kLeastSeconds = 1e-10;

/// A value and where it stands.
class Place {
 public:
  Place(const Json& value, std::string pointer) : value_(value), pointer_(std::move(pointer)) {}

  [[nodiscard]] Place operator[](const char* name) const {
    if (!has(name)) fail(fmt::format("has no \"{}\"", name));
    return {value_.at(name), fmt::format("{}/{}", pointer_, name)};
  }
  [[nodiscard]] bool has(const char* name) const { return value_.contains(name); }

  [[nodiscard]] std::string text() const {
    check(value_.is_string(), "a string");
    return value_.get<std::string>();
  }
  [[nodiscard]] bool flag() const {
    check(value_.is_boolean(), "true or false");
    return value_.get<bool>();
  }
  [[nodiscard]] std::uint64_t number(std::uint64_t least, std::uint64_t most) const {
    const bool fits = value_.is_number_unsigned() && value_.get<std::uint64_t>() >= least &&
                      value_.get<std::uint64_t>() <= most;
    if (!fits) fail(fmt::format("must be an integer from {} to {}", least, most));
    return value_.get<std::uint64_t>();
  }
  [[nodiscard]] std::uint64_t number() const { return number(0, kMost); }
  [[nodiscard]] double seconds() const {
    check(value_.is_number(), "a number of seconds");
    const auto value = value_.get<double>();
    check(value >= 0 && value <= kMostSeconds, "a number of seconds from 0 to 1e9");
    return value;
  }
  template <typename From>
  [[nodiscard]] auto list(From from) const {
    check(value_.is_array(), "a list");
    std::vector<decltype(from(*this))> out;
    for (std::size_t i = 0; i < value_.size(); ++i) {
      out.push_back(from(Place(value_[i], fmt::format("{}/{}", pointer_, i))));
    }
    return out;
  }
  [[nodiscard]] std::map<std::string, std::uint64_t> counts() const {
    check(value_.is_object(), "an object of counts");
    std::map<std::string, std::uint64_t> out;
    for (const auto& [what, count] : value_.items()) {
      // Not by its name, which can be any text.
      check(count.is_number_unsigned() && count.get<std::uint64_t>() <= kMost,
            "an object of counts");
      out[what] = count.get<std::uint64_t>();
    }
    return out;
  }

  void check(bool holds, const char* wanted) const {
    if (!holds) fail(fmt::format("must be {}", wanted));
  }
  [[noreturn]] void fail(const std::string& what) const {
    throw std::runtime_error((pointer_.empty() ? "the top level" : pointer_) + ": " + what);
  }

 private:
  const Json& value_;
  std::string pointer_;
};

Histogram::Bucket bucket(const Place& in) {
  const auto pair = in.list([](const Place& number) { return number.number(); });
  in.check(pair.size() == 2, "a least value and a count");
  return {pair[0], 0, pair[1]};
}

Histogram histogram(const Place& in) {
  const auto min = in["min"].number();
  const auto max = in["max"].number();
  const auto sum = in["sum"].number(0, std::numeric_limits<std::uint64_t>::max());
  const Place places = in["buckets"];
  const auto buckets = places.list(bucket);
  std::uint64_t count = 0;
  for (const Histogram::Bucket& one : buckets) {
    count += one.count;
    // Each is at most kMost, so that the sum has not gone round before it is looked at.
    places.check(count <= kMost, "of at most 2^53 values in all");
    places.check(one.low <= max, "of values up to \"max\"");
  }
  in.check(min <= max, "a histogram whose \"min\" is not above its \"max\"");
  in["sum"].check(count == 0 || (sum / count >= min && sum / count <= max),
                  "between \"min\" and \"max\" for each value");
  return Histogram::restore(buckets, min, max, sum);
}

Result result(const Place& in) {
  Result out;
  out.name = in["name"].text();
  out.label = in["label"].text();
  out.item = in["item"].text();
  out.connections = in["connections"].number();
  out.items = in["items"].number();
  out.octets = in["octets"].number();
  out.seconds = in["seconds"].seconds();
  in["seconds"].check(out.seconds == 0 || out.seconds >= kLeastSeconds, "0, or 1e-10 at least");
  out.own_cpu_seconds = in["own_cpu_seconds"].seconds();
  out.open_loop = in["open_loop"].flag();
  out.generators = static_cast<std::uint32_t>(in["generators"].number(1, kMostGenerators));
  out.timeline = in["timeline"].list([](const Place& step) { return step.number(); });
  out.failures = in["failures"].counts();
  out.wrong_answers = in["wrong_answers"].number();
  out.latency = histogram(in["latency_ns"]);
  out.lag = histogram(in["lag_ns"]);
  if (in.has("server")) {
    const Place server = in["server"];
    out.server = ServerUse{server["cpu_seconds"].seconds(), server["memory_before"].number(),
                           server["memory_after"].number()};
  }
  return out;
}

}  // namespace

tl::expected<std::vector<Result>, std::string> from_json(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    if (!json.contains("wsproof_load")) {
      return tl::unexpected(std::string("not a result of wsproof-load"));
    }
    return Place(json, {})["wsproof_load"].list(result);
  } catch (const Json::parse_error& error) {
    return tl::unexpected(fmt::format("not JSON, at octet {}", error.byte));
  } catch (const Json::out_of_range&) {
    // What the parser says of a number like 1e999.
    return tl::unexpected(std::string("a number in it is out of range"));
  } catch (const std::runtime_error& error) {
    return tl::unexpected(std::string(error.what()));
  }
}

}  // namespace wsproof::load
