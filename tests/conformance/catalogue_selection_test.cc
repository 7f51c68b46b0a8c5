// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "conformance/catalogue/catalogue.h"

namespace wsproof::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<Case> catalogue() {
  std::vector<Case> cases;
  for (const char* id :
       {"1.1.1", "1.1.2", "1.2.1", "1.10.1", "6.4.1", "6.4.2", "6.4.10", "10.1.1"}) {
    cases.emplace_back().id = id;
  }
  return cases;
}

std::vector<std::string> select(const std::vector<std::string>& include,
                                const std::vector<std::string>& exclude = {}) {
  const std::vector<Case> cases = catalogue();
  std::vector<std::string> ids;
  for (const Case* test_case : select_cases(cases, include, exclude)) ids.push_back(test_case->id);
  return ids;
}

std::string complaint(const std::vector<std::string>& include,
                      const std::vector<std::string>& exclude = {}) {
  try {
    select(include, exclude);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(CatalogueSelection, NothingNamedIsEverything) { EXPECT_EQ(select({}).size(), 8U); }

TEST(CatalogueSelection, AnIdIsExact) { EXPECT_THAT(select({"6.4.1"}), ElementsAre("6.4.1")); }

TEST(CatalogueSelection, AGroupOrFamilyIsAllThatIsInIt) {
  EXPECT_THAT(select({"6.4"}), ElementsAre("6.4.1", "6.4.2", "6.4.10"));
  EXPECT_THAT(select({"1"}), ElementsAre("1.1.1", "1.1.2", "1.2.1", "1.10.1"));
  EXPECT_THAT(select({"1.1"}), ElementsAre("1.1.1", "1.1.2"));
}

TEST(CatalogueSelection, AStarIsAnyText) {
  EXPECT_THAT(select({"6.*"}), ElementsAre("6.4.1", "6.4.2", "6.4.10"));
  EXPECT_THAT(select({"1.1*"}), ElementsAre("1.1.1", "1.1.2", "1.10.1"));
  EXPECT_THAT(select({"*.1.1"}), ElementsAre("1.1.1", "10.1.1"));
  EXPECT_THAT(select({"1*.*2*"}), ElementsAre("1.1.2", "1.2.1"));
  EXPECT_EQ(select({"*"}).size(), 8U);
  EXPECT_EQ(select({"***"}).size(), 8U);
}

TEST(CatalogueSelection, EachCaseOnceInTheOrderOfTheCatalogue) {
  EXPECT_THAT(select({"6.4.2", "6.4", "1.1.1"}), ElementsAre("1.1.1", "6.4.1", "6.4.2", "6.4.10"));
}

TEST(CatalogueSelection, ExclusionWins) {
  EXPECT_THAT(select({"6.4"}, {"6.4.2"}), ElementsAre("6.4.1", "6.4.10"));
  EXPECT_THAT(select({"6.4"}, {"*"}), IsEmpty());
}

TEST(CatalogueSelection, APatternThatMatchesNothingIsNamed) {
  EXPECT_EQ(complaint({"6.4.1", "6.5"}), "no case matches '6.5'");
  EXPECT_EQ(complaint({"6.4"}, {"8.*"}), "no case matches '8.*'");
  EXPECT_EQ(complaint({""}), "no case matches ''");
  EXPECT_EQ(complaint({"6.4.1."}), "no case matches '6.4.1.'");
  EXPECT_EQ(complaint({"6.4."}), "no case matches '6.4.'");
  EXPECT_EQ(complaint({"*x"}), "no case matches '*x'");
}

TEST(CaseId, OrderedAsNumbersDotByDot) {
  std::vector<std::string> ids{"10.1.1", "2.10",   "2.9",    "1.2.10", "1.2.9",
                               "1.2",    "15.1-S", "15.1-C", "2",      "99999999999999999999999.1"};
  std::sort(ids.begin(), ids.end(), id_less);
  EXPECT_THAT(ids, ElementsAre("1.2", "1.2.9", "1.2.10", "2", "2.9", "2.10", "10.1.1", "15.1-C",
                               "15.1-S", "99999999999999999999999.1"));
}

TEST(CaseId, NothingIsLessThanItself) {
  for (const char* id : {"", "1", "1.2", "1.2.", "..", "x"}) EXPECT_FALSE(id_less(id, id)) << id;
  EXPECT_TRUE(id_less("1", "1.0"));
  EXPECT_FALSE(id_less("1.0", "1"));
}

}  // namespace
}  // namespace wsproof::conformance
