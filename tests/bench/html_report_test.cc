// SPDX-License-Identifier: Apache-2.0
#include "bench/load/html_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace wsproof::load {
namespace {

using testing::HasSubstr;
using testing::Not;

Result some_result(const std::string& label) {
  Result result;
  result.name = "echo/20";
  result.label = label;
  result.items = 300;
  result.seconds = 0.3;
  result.timeline = {90, 100, 110};
  result.latency.record(20'000, 299);
  result.latency.record(5'000'000, 1);
  return result;
}

TEST(HtmlReport, HasPlotsAndNothingFromElsewhere) {
  const std::string page = html_report({some_result("one"), some_result("other")});
  EXPECT_THAT(page, HasSubstr("<h2>echo/20</h2>"));
  EXPECT_THAT(page, HasSubstr("Latency by percentile"));
  EXPECT_THAT(page, HasSubstr("Rate over time"));
  EXPECT_THAT(page, HasSubstr("Items a second"));
  EXPECT_THAT(page, HasSubstr(">other</text>"));
  EXPECT_THAT(page, Not(HasSubstr("http")));
  EXPECT_THAT(page, Not(HasSubstr("nan")));
}

TEST(HtmlReport, ComparesByTheServersTimeWhereItIsKnown) {
  Result one = some_result("one");
  Result other = some_result("other");
  one.server = ServerUse{0.003, 0, 0};
  other.server = ServerUse{0.006, 0, 0};
  EXPECT_THAT(html_report({one, other}), HasSubstr("other: 20 us"));
}

TEST(HtmlReport, EscapesWhatPeopleGive) {
  Result result = some_result("<script>alert(1)</script>");
  result.failures["\"<b>\" & more"] = 2;
  const std::string page = html_report({result});
  EXPECT_THAT(page, Not(HasSubstr("<script>")));
  EXPECT_THAT(page, HasSubstr("2 x &quot;&lt;b&gt;&quot; &amp; more"));
}

TEST(HtmlReport, StandsWithoutAnyItem) {
  Result result;
  result.name = "echo";
  const std::string page = html_report({result});
  EXPECT_THAT(page, HasSubstr("</html>"));
  EXPECT_THAT(page, Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace wsproof::load
