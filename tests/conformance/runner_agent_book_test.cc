// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "conformance/runner/agent_book.h"

namespace wsproof::conformance {
namespace {

/// A book of three cases: an ordinary one, one of three connections in turn, one of two side by
/// side.
class AgentBookTest : public testing::Test {
 protected:
  AgentBookTest() {
    turns.repeat = 3;
    pair.connections = 2;
  }

  void run(std::size_t place, Verdict verdict) {
    book.begin("a", place, Time{});
    end(place, verdict);
  }
  void end(std::size_t place, Verdict verdict) {
    CaseResult result;
    result.verdict = verdict;
    result.happened = "this";
    EXPECT_EQ(book.end("a", place, std::move(result), Time{}).verdict, verdict);
  }
  [[nodiscard]] Verdict verdict(std::size_t place) const {
    return book.result("a", place)->verdict;
  }

  Case plain, turns, pair;
  const std::vector<const Case*> cases{&plain, &turns, &pair};
  AgentBook book{cases};
};

TEST_F(AgentBookTest, the_last_run_of_an_ordinary_case_counts) {
  EXPECT_EQ(book.result("a", 0), nullptr);
  run(0, Verdict::kFail);
  EXPECT_EQ(verdict(0), Verdict::kFail);
  run(0, Verdict::kPass);
  EXPECT_EQ(verdict(0), Verdict::kPass);
  EXPECT_EQ(book.repeated("a"), 1U);
  EXPECT_EQ(book.result("b", 0), nullptr);
}

TEST_F(AgentBookTest, the_worst_of_a_cases_last_connections_counts) {
  run(1, Verdict::kPass);
  EXPECT_EQ(verdict(1), Verdict::kPass);
  run(1, Verdict::kFail);
  run(1, Verdict::kPass);
  EXPECT_EQ(verdict(1), Verdict::kFail);
  EXPECT_EQ(book.result("a", 1)->happened, "on connection 2 of 3: this");
  EXPECT_EQ(book.repeated("a"), 0U);
  run(1, Verdict::kPass);
  EXPECT_EQ(verdict(1), Verdict::kFail);
  EXPECT_EQ(book.repeated("a"), 1U);
  run(1, Verdict::kPass);
  EXPECT_EQ(verdict(1), Verdict::kPass);
  ASSERT_EQ(book.runs().size(), 1U);
  EXPECT_EQ(book.runs()[0].results.size(), 1U);
}

TEST_F(AgentBookTest, connections_side_by_side_have_one_result_when_all_are_over) {
  EXPECT_FALSE(book.is_full("a", 2));
  book.begin("a", 2, Time{});
  EXPECT_FALSE(book.is_full("a", 2));
  book.begin("a", 2, Time{});
  EXPECT_TRUE(book.is_full("a", 2));
  end(2, Verdict::kNonStrict);
  EXPECT_EQ(book.result("a", 2), nullptr);
  end(2, Verdict::kPass);
  EXPECT_EQ(verdict(2), Verdict::kNonStrict);
  book.begin("a", 0, Time{});
  EXPECT_TRUE(book.is_full("a", 0));
}

}  // namespace
}  // namespace wsproof::conformance
