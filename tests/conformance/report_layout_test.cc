// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "conformance/report/instant.h"
#include "conformance/report/layout.h"
#include "conformance/report/progress.h"

namespace wsproof::conformance {
namespace {

using std::chrono::microseconds;
using Lines = std::vector<std::string>;

TEST(Layout, wraps_at_blanks) {
  EXPECT_EQ(wrap("one two three", 7), (Lines{"one two", "three"}));
  EXPECT_EQ(wrap("one two three", 100), (Lines{"one two three"}));
  EXPECT_EQ(wrap("", 10), (Lines{""}));
  EXPECT_EQ(wrap("a\nb", 10), (Lines{"a", "b"}));
  EXPECT_EQ(wrap("unbreakable ok", 5), (Lines{"unbreakable", "ok"}));
}

TEST(Layout, labels_the_first_line_only) {
  EXPECT_EQ(labelled("who", "one two three", 5, 12), "who  one two\n     three\n");
}

TEST(Layout, counts_one_and_many) {
  EXPECT_EQ(counted(1, "case"), "1 case");
  EXPECT_EQ(counted(0, "case"), "0 cases");
  EXPECT_EQ(counted(247, "case"), "247 cases");
}

TEST(Layout, tells_seconds_as_finely_as_matters) {
  EXPECT_EQ(seconds(microseconds(85'000)), "0.09 s");
  EXPECT_EQ(seconds(microseconds(2'100'000)), "2.1 s");
  EXPECT_EQ(seconds(microseconds(85'000'000)), "85 s");
}

TEST(Layout, draws_neighbours_together) {
  EXPECT_EQ(id_ranges({"1.1.1", "1.1.2", "1.1.3", "2.3", "2.4", "7.1"}),
            "1.1.1 to 1.1.3, 2.3, 2.4, 7.1");
  EXPECT_EQ(id_ranges({"1.9", "1.10", "1.11"}), "1.9 to 1.11");
  EXPECT_EQ(id_ranges({"1.1", "2.2"}), "1.1, 2.2");
  EXPECT_EQ(id_ranges({"1.99999999999999999999", "x"}), "1.99999999999999999999, x");
}

TEST(Layout, names_instants) {
  EXPECT_EQ(iso_instant(std::chrono::system_clock::time_point(microseconds(1'767'225'600'123'456))),
            "2026-01-01T00:00:00.123Z");
}

TEST(ProgressLine, fits_its_width) {
  Progress progress{"ws://a/", 120, 247, 3, "6.4.1"};
  EXPECT_EQ(progress_line(progress, 80),
            "[=========           ] 120 of 247 cases, 3 failed, waiting for 6.4.1");
  EXPECT_EQ(progress_line(progress, 30), "[=========           ] 120 ...");
  EXPECT_EQ(plain_progress_line({"", 0, 0, 0, ""}), "0 of 0 cases");
}

}  // namespace
}  // namespace wsproof::conformance
