// SPDX-License-Identifier: Apache-2.0
#include "tests/prove/trial.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "conformance/catalogue/catalogue.h"
#include "conformance/catalogue/shorten.h"
#include "tests/prove/matrix.h"
#include "tests/prove/weight.h"

namespace wsproof::prove {
namespace {

using conformance::Verdict;
using faulty::Fault;
using faulty::Faults;
using faulty::Role;

const std::vector<conformance::Case>& catalogue() {
  static const std::vector<conformance::Case> cases = [] {
    auto loaded = conformance::load_catalogue(conformance::embedded_case_files());
    conformance::shorten_exchanges(loaded, 2);
    return loaded;
  }();
  return cases;
}

const conformance::Case& find_case(const std::string& id) {
  return *std::find_if(catalogue().begin(), catalogue().end(),
                       [&](const conformance::Case& one) { return one.id == id; });
}

TEST(TrialTest, WithoutFaultsACasePassesByBothLayers) {
  for (const Role role : {Role::kServer, Role::kClient}) {
    const Trial trial = try_case(find_case("2.2"), role, Faults());
    EXPECT_EQ(trial.ours, Verdict::kPass);
    EXPECT_EQ(trial.autobahn, Verdict::kPass);
  }
}

TEST(TrialTest, AFaultFailsTheCaseThatIsAboutIt) {
  const Trial trial = try_case(find_case("2.2"), Role::kServer, Faults(Fault::kPongChanged));
  EXPECT_EQ(trial.ours, Verdict::kFail);
  EXPECT_NE(trial.account.find("Hello, world"), std::string::npos) << trial.account;
  EXPECT_EQ(try_case(find_case("1.1.2"), Role::kServer, Faults(Fault::kCuts125)).ours,
            Verdict::kFail);
  EXPECT_EQ(try_case(find_case("1.1.3"), Role::kServer, Faults(Fault::kCuts125)).ours,
            Verdict::kPass);
}

TEST(TrialTest, TheSameTrialTwiceIsTheSame) {
  const auto account = [] {
    return try_case(find_case("5.19"), Role::kClient, Faults(Fault::kPongFragmented)).account;
  };
  EXPECT_EQ(account(), account());
}

TEST(WeightTest, TheShortFormLeavesOutMuchData) {
  const auto& pong = *faulty::find_fault("no-pong");
  const auto& limit = *faulty::find_fault("limit-1-mib");
  const auto& keeps = *faulty::find_fault("deflate-keeps");
  EXPECT_TRUE(belongs_to_short_form(find_case("1.1.7"), pong));
  EXPECT_FALSE(belongs_to_short_form(find_case("9.1.6"), pong));
  EXPECT_TRUE(belongs_to_short_form(find_case("9.1.6"), limit));
  EXPECT_FALSE(belongs_to_short_form(find_case("13.2.10"), pong));
  EXPECT_TRUE(belongs_to_short_form(find_case("13.2.10"), keeps));
}

TEST(MatrixRunTest, EveryCaseOfTheCatalogueHasAColumn) {
  MatrixOptions options;
  options.quick = true;
  options.faults = {"fifty-fragments"};
  std::vector<conformance::Case> few;
  for (const char* id : {"1.1.1", "7.13.1", "10.1.1"}) few.push_back(find_case(id));
  const std::vector<RoleMatrix> matrices = make_matrices(few, options);
  ASSERT_EQ(matrices.size(), 2U);
  for (const RoleMatrix& matrix : matrices) {
    EXPECT_TRUE(matrix.disagreements.empty());
    ASSERT_EQ(matrix.rows.size(), 1U);
    EXPECT_EQ(matrix.rows[0].marks,
              (std::vector<Mark>{Mark::kNothing, Mark::kNothing, Mark::kCaught}));
  }
}

}  // namespace
}  // namespace wsproof::prove
