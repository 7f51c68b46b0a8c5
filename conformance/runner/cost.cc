// SPDX-License-Identifier: Apache-2.0
#include "conformance/runner/cost.h"

#include <algorithm>
#include <numeric>
#include <variant>

namespace wsproof::conformance {
namespace {

// What every case takes for its connection, and how fast octets go there and back. Rough: they keep
// a thousand small cases from weighing nothing beside one that waits.
constexpr Duration kConnection{2};
constexpr std::uint64_t kOctetsInMillisecond = 64 * 1024;

struct OctetsOf {
  std::uint64_t operator()(const SendFrame& step) const { return step.payload.size; }
  std::uint64_t operator()(const SendFramePayload& step) const { return step.payload.size; }
  std::uint64_t operator()(const SendMessage& step) const { return step.payload.size; }
  std::uint64_t operator()(const SendOctets& step) const { return step.payload.size; }
  template <typename Other>
  std::uint64_t operator()(const Other&) const {
    return 0;
  }
};

}  // namespace

Duration cost(const Case& test_case) {
  Duration sum = kConnection;
  for (const Step& step : test_case.steps) {
    if (const auto* wait = std::get_if<Wait>(&step)) {
      sum += wait->duration;
    } else if (const auto* exchange = std::get_if<Exchange>(&step)) {
      // Most of it is the peer's work: a round trip for each message, and some 20 MB a second where
      // it compresses.
      const std::uint64_t octets = exchange->count * exchange->message_size();
      sum += Duration(exchange->count / 10 + octets / (exchange->compressed ? 20'000 : 500'000));
    }
    sum += Duration(std::visit(OctetsOf{}, step) / kOctetsInMillisecond);
  }
  sum += test_case.drop_tcp_after.value_or(test_case.close_after.value_or(Duration{}));
  return sum * test_case.repeat;
}

std::vector<const Case*> cases_of_shard(const std::vector<const Case*>& cases, Shard shard) {
  std::vector<std::size_t> places(cases.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::vector<Duration> costs;
  std::transform(cases.begin(), cases.end(), std::back_inserter(costs),
                 [](const Case* one) { return cost(*one); });
  std::stable_sort(places.begin(), places.end(),
                   [&](std::size_t a, std::size_t b) { return costs[a] > costs[b]; });
  // The longest first, each to the part that has least to do so far.
  std::vector<Duration> loads(std::max<std::size_t>(shard.of, 1));
  std::vector<std::size_t> mine;
  for (const std::size_t place : places) {
    const auto least = std::min_element(loads.begin(), loads.end());
    *least += costs[place];
    if (static_cast<std::size_t>(least - loads.begin()) + 1 == shard.number) {
      mine.push_back(place);
    }
  }
  std::sort(mine.begin(), mine.end());
  std::vector<const Case*> out;
  std::transform(mine.begin(), mine.end(), std::back_inserter(out),
                 [&](std::size_t place) { return cases[place]; });
  return out;
}

}  // namespace wsproof::conformance
