// SPDX-License-Identifier: Apache-2.0
#include "server/app/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <string>

namespace wsproof {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(PageTest, IsWholeAndNeedsNothingFromElsewhere) {
  const std::string html(page());
  EXPECT_TRUE(html.starts_with("<!doctype html>\n"));
  EXPECT_TRUE(html.ends_with("</html>\n"));
  EXPECT_THAT(html, Not(HasSubstr("http://")));
  EXPECT_THAT(html, Not(HasSubstr("https://")));
  EXPECT_FALSE(std::regex_search(html, std::regex("<script[^>]+src|@import|url\\(")));
}

TEST(PageTest, HasWhatScreenReadersAndPhonesNeed) {
  const std::string html(page());
  for (const char* part : {"<html lang=\"en\">", "<title>", "name=\"viewport\"", "role=\"status\"",
                           "role=\"log\"", "<label>", "<h1>", "<noscript>"}) {
    EXPECT_THAT(html, HasSubstr(part));
  }
}

TEST(PageTest, PutsMessagesInAsTextOnly) {
  const std::string html(page());
  EXPECT_THAT(html, HasSubstr("textContent = words"));
  for (const char* danger : {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"}) {
    EXPECT_THAT(html, Not(HasSubstr(danger)));
  }
}

}  // namespace
}  // namespace wsproof
