// SPDX-License-Identifier: Apache-2.0
#include "bench/load/text_report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace wsproof::load {
namespace {

TEST(TextReport, DurationsAreShort) {
  EXPECT_EQ(duration_text(0), "0 ns");
  EXPECT_EQ(duration_text(999), "999 ns");
  EXPECT_EQ(duration_text(14'230), "14.2 us");
  EXPECT_EQ(duration_text(1'250'000), "1.25 ms");
  EXPECT_EQ(duration_text(3'100'000'000), "3.10 s");
}

TEST(TextReport, SaysAllThatIsKnown) {
  Result result;
  result.name = "echo/20/connections:2/depth:1";
  result.label = "ws://127.0.0.1:8000/";
  result.connections = 2;
  result.items = 100;
  result.octets = 1024 * 1024;
  result.seconds = 2;
  result.latency.record(200, 100);
  result.own_cpu_seconds = 0.5;
  result.server = ServerUse{0.001, 0, 1024 * 1024};
  result.failures["no answer within 5000 ms"] = 3;
  EXPECT_EQ(text_report(result),
            "echo/20/connections:2/depth:1  ws://127.0.0.1:8000/\n"
            "  opened     2 connections\n"
            "  messages   100 in 2.00 s: 50 a second, 0.50 MiB/s\n"
            "  latency    p50 200 ns, p90 200 ns, p99 200 ns, p99.9 200 ns, p99.99 200 ns, max 200 "
            "ns\n"
            "  generator  busy 25 % of one core\n"
            "  server     10.000 us of CPU for each message, busy 0 %, 1.0 MiB resident\n"
            "  FAILED     3 x no answer within 5000 ms\n");
}

TEST(TextReport, LetsNothingControlTheTerminal) {
  Result result;
  result.name = "echo\r";
  result.label = "\x1b[2Jone\x7f";
  result.item = "mess\nage";
  result.items = 1;
  result.failures["\x07"] = 1;
  result.server = ServerUse{1, 0, 0};
  const std::string text = text_report(result);
  EXPECT_TRUE(text.starts_with("echo\\x0d  \\x1b[2Jone\\x7f\n")) << text;
  EXPECT_TRUE(std::ranges::none_of(text, [](char c) { return c != '\n' && c > 0 && c < ' '; }));
  EXPECT_EQ(std::ranges::count(text, '\n'), 6);
}

TEST(TextReport, KnowsNoRateWithoutTime) {
  Result result;
  result.items = result.octets = 1;
  const std::string text = text_report(result);
  EXPECT_NE(text.find("1 in 0.00 s: 0 a second, 0.00 MiB/s"), std::string::npos) << text;
}

TEST(TextReport, SaysThatThereIsNothing) {
  Result result;
  result.name = "connect/connections:1";
  result.label = "ws://127.0.0.1:9/";
  result.item = "handshake";
  EXPECT_EQ(text_report(result),
            "connect/connections:1  ws://127.0.0.1:9/\n"
            "  opened     0 connections\n"
            "  handshakes none\n");
}

TEST(HdrReport, IsWhatItsReadersExpect) {
  Histogram histogram;
  histogram.record(1'000'000, 9);
  histogram.record(2'000'000, 1);
  EXPECT_EQ(hdr_report(histogram),
            "       Value     Percentile TotalCount 1/(1-Percentile)\n"
            "\n"
            "       1.004 0.900000000000          9          10.00\n"
            "       2.000 1.000000000000         10\n"
            "#[Mean    =        1.100, StdDeviation   =        0.300]\n"
            "#[Max     =        2.000, Total count    =           10]\n"
            "#[Buckets =           64, SubBuckets     =          128]\n");
}

}  // namespace
}  // namespace wsproof::load
