// SPDX-License-Identifier: Apache-2.0
#include "bench/app/result_reader.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "bench/app/result_json.h"

namespace wsproof::load {
namespace {

Result some_result() {
  Result result;
  result.name = "echo/20";
  result.label = "one";
  result.connections = 2;
  result.items = 3;
  result.octets = 60;
  result.seconds = 0.25;
  result.own_cpu_seconds = 0.125;
  result.latency.record(1'000, 2);
  result.latency.record(5'000'000);
  result.timeline = {1, 2};
  result.open_loop = true;
  result.lag.record(0);
  result.generators = 2;
  result.server = ServerUse{0.5, 4'096, 8'192};
  result.failures["closed"] = 4;
  result.wrong_answers = 1;
  return result;
}

// The file of some_result() with one part of it, which is there once, replaced.
std::string with(std::string_view part, std::string_view other) {
  std::string text = to_json({some_result()});
  const std::size_t whole = text.find("\"wsproof_load\"");
  const std::size_t at = text.find(part, whole);
  EXPECT_NE(at, std::string::npos) << part;
  EXPECT_EQ(text.find(part, at + 1), std::string::npos) << part;
  return text.replace(at, part.size(), other);
}

std::string error_of(const std::string& text) {
  const auto results = from_json(text);
  return results ? "none" : results.error();
}

TEST(ResultReader, ReadsWhatWasWritten) {
  const std::string text = to_json({some_result(), Result{}});
  const auto results = from_json(text);
  ASSERT_TRUE(results) << results.error();
  EXPECT_EQ(results->size(), 2U);
  EXPECT_EQ(to_json(*results), text);
}

TEST(ResultReader, ALabelThatIsNotUtf8IsWrittenAllTheSame) {
  Result result = some_result();
  result.label = "one\xff";
  const auto results = from_json(to_json({result}));
  ASSERT_TRUE(results) << results.error();
  EXPECT_EQ(results->front().label, "one\xef\xbf\xbd");
}

TEST(ResultReader, SaysWhereSomethingIsWrong) {
  EXPECT_EQ(error_of("{"), "not JSON, at octet 2");
  EXPECT_EQ(error_of("[1e999]"), "a number in it is out of range");
  EXPECT_EQ(error_of("[]"), "not a result of wsproof-load");
  EXPECT_EQ(error_of("{\"wsproof_load\": 1}"), "/wsproof_load: must be a list");
  EXPECT_EQ(error_of("{\"wsproof_load\": [1]}"), "/wsproof_load/0: has no \"name\"");
  EXPECT_EQ(error_of(with("\"label\": \"one\"", "\"label\": 1")),
            "/wsproof_load/0/label: must be a string");
  EXPECT_EQ(error_of(with("\"open_loop\": true", "\"open_loop\": 1")),
            "/wsproof_load/0/open_loop: must be true or false");
  EXPECT_EQ(error_of(with("\"failures\": {", "\"failures\": [], \"failed\": {")),
            "/wsproof_load/0/failures: must be an object of counts");
  EXPECT_EQ(error_of(with("\"closed\": 4", "\"closed\": \"often\"")),
            "/wsproof_load/0/failures: must be an object of counts");
}

TEST(ResultReader, RefusesWhatNoRunCanHaveFound) {
  const std::string count = ": must be an integer from 0 to 9007199254740992";
  EXPECT_EQ(error_of(with("\"items\": 3", "\"items\": -3")), "/wsproof_load/0/items" + count);
  EXPECT_EQ(error_of(with("\"items\": 3", "\"items\": 1e300")), "/wsproof_load/0/items" + count);
  EXPECT_EQ(error_of(with("\"items\": 3", "\"items\": 9007199254740993")),
            "/wsproof_load/0/items" + count);
  EXPECT_EQ(error_of(with("\"generators\": 2", "\"generators\": 0")),
            "/wsproof_load/0/generators: must be an integer from 1 to 1000000");
  const std::string time = ": must be a number of seconds from 0 to 1e9";
  EXPECT_EQ(error_of(with("\"seconds\": 0.25", "\"seconds\": -1")),
            "/wsproof_load/0/seconds" + time);
  EXPECT_EQ(error_of(with("\"seconds\": 0.25", "\"seconds\": 1e-300")),
            "/wsproof_load/0/seconds: must be 0, or 1e-10 at least");
  EXPECT_EQ(error_of(with("\"own_cpu_seconds\": 0.125", "\"own_cpu_seconds\": 1e10")),
            "/wsproof_load/0/own_cpu_seconds" + time);
}

TEST(ResultReader, RefusesAHistogramThatContradictsItself) {
  EXPECT_EQ(
      error_of(with("\"min\": 1000", "\"min\": 5000001")),
      "/wsproof_load/0/latency_ns: must be a histogram whose \"min\" is not above its \"max\"");
  EXPECT_EQ(error_of(with("\"max\": 5000000", "\"max\": 1000")),
            "/wsproof_load/0/latency_ns/buckets: must be of values up to \"max\"");
  EXPECT_EQ(error_of(with("\"sum\": 5002000", "\"sum\": 2999")),
            "/wsproof_load/0/latency_ns/sum: must be between \"min\" and \"max\" for each value");
  EXPECT_EQ(error_of(with("\"sum\": 5002000", "\"sum\": 15000003")),
            "/wsproof_load/0/latency_ns/sum: must be between \"min\" and \"max\" for each value");
  const std::string text = with("\"min\": 1000", "\"min\": 1000");
  const std::size_t at = text.find("\"buckets\"", text.find("\"lag_ns\""));
  const std::size_t end = text.find('}', at);
  const auto lag = [&](std::string_view buckets) {
    return std::string(text).replace(at, end - at, buckets);
  };
  EXPECT_EQ(error_of(lag("\"buckets\": [[0]]")),
            "/wsproof_load/0/lag_ns/buckets/0: must be a least value and a count");
  EXPECT_EQ(error_of(lag("\"buckets\": [[0, 9007199254740992], [0, 1]]")),
            "/wsproof_load/0/lag_ns/buckets: must be of at most 2^53 values in all");
  EXPECT_EQ(error_of(lag("\"buckets\": [[0, 9007199254740992]]")), "none");
}

}  // namespace
}  // namespace wsproof::load
