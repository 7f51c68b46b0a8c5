// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "conformance/report/autobahn_baseline.h"
#include "conformance/report/console.h"
#include "conformance/report/expectation_update.h"
#include "conformance/report/expectations.h"
#include "conformance/report/judging.h"
#include "tests/conformance/sample_run.h"

namespace wsproof::conformance {
namespace {

/// The cases of the sample run, which come to PASS, FAIL, NON-STRICT and INFORMATIONAL.
class Expecting : public ::testing::Test {
 protected:
  Expecting() {
    for (const Case* one : sample.run.cases) {
      catalogue.push_back(*one);
    }
  }

  Expectations parse(const std::string& text) {
    auto parsed = parse_expectations("known.txt", text, catalogue);
    EXPECT_TRUE(parsed.has_value()) << (parsed ? "" : parsed.error());
    return parsed ? std::move(*parsed) : Expectations{};
  }
  std::string error_of(const std::string& text) {
    const auto parsed = parse_expectations("known.txt", text, catalogue);
    return parsed ? "" : parsed.error();
  }
  void judge_by(const std::string& text, const JudgingOptions& options = {}) {
    const Expectations file = parse(text);
    judge(sample.run, agent(), &file, options);
  }
  std::string updated(const std::string& text) {
    return updated_expectations(parse(text), sample.run, agent());
  }
  AgentRun& agent() { return sample.run.agents[0]; }
  CaseResult& result(std::size_t place) { return agent().results[place]; }

  SampleRun sample;
  std::vector<Case> catalogue;
};

TEST_F(Expecting, reads_ids_patterns_lists_comments_and_blank_lines) {
  const Expectations file =
      parse("# head\r\n\n5.9 FAIL,PASS  # flaky: it hums\n6.* NON-STRICT\n7 PASS");
  ASSERT_EQ(file.lines.size(), 5U);
  EXPECT_EQ(file.lines[2].verdicts, (std::vector{Verdict::kFail, Verdict::kPass}));
  EXPECT_EQ(file.lines[2].reason, "flaky: it hums");
  EXPECT_EQ(file.find("6.4.1")->number, 4U);
  EXPECT_EQ(file.find("7.1.6")->number, 5U);
  EXPECT_EQ(file.find("1.1.1"), nullptr);
}

TEST_F(Expecting, lets_an_id_win_over_a_pattern_and_a_later_pattern_over_an_earlier_one) {
  const Expectations file = parse("6.4.1 PASS\n* FAIL\n5.* NON-STRICT\n");
  EXPECT_EQ(file.find("6.4.1")->number, 1U);
  EXPECT_EQ(file.find("5.9")->number, 3U);
  EXPECT_EQ(file.find("1.1.1")->number, 2U);
}

TEST_F(Expecting, names_file_and_line_of_what_is_wrong) {
  EXPECT_EQ(error_of("\n# ok\n5.8 FAIL\n"),
            "known.txt:3: no case matches \"5.8\"; `wsproof list` shows all ids");
  EXPECT_EQ(error_of("5.9 FAILED"),
            "known.txt:1: \"FAILED\" is not a verdict; those are PASS, NON-STRICT, INFORMATIONAL, "
            "UNSUPPORTED, FAIL");
  EXPECT_EQ(error_of("5.9 # FAIL"), "known.txt:1: no verdict behind \"5.9\", as in: 5.9 FAIL");
  EXPECT_EQ(error_of("5.9 FAIL\n5.9 PASS"),
            "known.txt:2: \"5.9\" stands in line 1 already; several verdicts go on one line");
}

TEST_F(Expecting, counts_what_is_listed_as_expected) {
  judge_by("5.9 FAIL # hums\n6.4.1 NON-STRICT\n");
  EXPECT_EQ(count(agent()).unexpected, 0);
  EXPECT_EQ(count(agent()).as_expected, 2);
  EXPECT_EQ(result(1).expectation, "FAIL (known.txt:1: hums)");
  EXPECT_NE(console_report(sample.run, {}).find("2 as expected, 0 unexpected"), std::string::npos);
}

TEST_F(Expecting, lets_a_listed_failure_that_passes_fail_the_run) {
  judge_by("1.1.1 FAIL # old\n5.9 FAIL PASS\n");
  EXPECT_EQ(result(0).standing, Standing::kUnexpected);
  EXPECT_EQ(result(1).standing, Standing::kExpected);
  const std::string text = console_report(sample.run, {});
  EXPECT_NE(text.find("passes now; expected FAIL (known.txt:1: old)"), std::string::npos) << text;
}

TEST_F(Expecting, lets_an_unlisted_failure_fail_the_run) {
  judge_by("7.1.6 INFORMATIONAL\n");
  EXPECT_TRUE(is_unexpected(result(1)));
  EXPECT_FALSE(is_unexpected(result(2)));
}

TEST_F(Expecting, counts_non_strict_when_strict_and_unlisted) {
  judge(sample.run, agent(), nullptr, {.strict = true});
  EXPECT_TRUE(is_unexpected(result(2)));
  judge_by("6.4.1 NON-STRICT\n", {.strict = true});
  EXPECT_FALSE(is_unexpected(result(2)));
}

TEST_F(Expecting, lets_go_what_is_below_the_level) {
  result(2).verdict = Verdict::kFail;  // a SHOULD
  judge(sample.run, agent(), nullptr, {.level = Level::kMust});
  EXPECT_EQ(result(1).standing, Standing::kUsual) << "a MUST always counts";
  EXPECT_EQ(result(2).standing, Standing::kTolerated);
  judge(sample.run, agent(), nullptr, {.level = Level::kShould});
  EXPECT_TRUE(is_unexpected(result(2)));
}

TEST_F(Expecting, makes_a_file_from_nothing) {
  EXPECT_EQ(updated(""),
            "5.9 FAIL # Text message after a continuation that continues nothing\n"
            "6.4.1 NON-STRICT # The second of three fragments is invalid\n");
}

TEST_F(Expecting, rewrites_what_no_longer_holds_and_keeps_the_rest) {
  EXPECT_EQ(updated("# head\n1.1.1 FAIL # was bad\n\n5.9 NON-STRICT # why\n# tail\n"),
            "# head\n\n5.9 FAIL # why\n6.4.1 NON-STRICT # The second of three fragments is "
            "invalid\n# tail\n");
}

TEST_F(Expecting, leaves_a_file_that_holds_as_it_is) {
  const std::string text = "6.*   NON-STRICT\t# b\n5.9 PASS, FAIL # flaky\n7.1.6 INFORMATIONAL\n";
  EXPECT_EQ(updated(text), text);
}

TEST_F(Expecting, gives_exceptions_from_a_pattern_a_line_of_their_own) {
  EXPECT_EQ(updated("* FAIL\n6.4.1 NON-STRICT\n"),
            "* FAIL\n6.4.1 NON-STRICT\n7.1.6 INFORMATIONAL # Large message, then Close\n"
            "1.1.1 PASS # Text message\n");
}

TEST_F(Expecting, takes_a_pattern_out_that_nothing_needs) {
  EXPECT_EQ(updated("1.* FAIL # gone\n5.* NON-STRICT # other\n6 NON-STRICT\n"),
            "5.* FAIL # other\n6 NON-STRICT\n");
}

TEST_F(Expecting, keeps_lines_of_cases_that_did_not_run) {
  agent().results.erase(agent().results.begin(), agent().results.begin() + 3);
  EXPECT_EQ(updated("5.9 PASS FAIL\n1.* FAIL\n6.4.1 FAIL\n"),
            "5.9 PASS FAIL\n1.* FAIL\n6.4.1 FAIL\n");
}

TEST_F(Expecting, holds_after_its_own_update) {
  for (const char* text :
       {"", "* FAIL\n", "* PASS\n", "5.9 PASS\n6.* FAIL\n", "1 FAIL\n7 FAIL\n"}) {
    const std::string once = updated(text);
    EXPECT_EQ(updated(once), once) << text;
    judge_by(once, {.strict = true});
    EXPECT_EQ(count(agent()).unexpected, 0) << once;
  }
}

TEST_F(Expecting, takes_an_index_of_autobahn) {
  const auto index =
      read_autobahn_index("index.json",
                          R"({"old": {"1.1.1": {"behavior": "FAILED", "behaviorClose": "OK"},
                  "5.9": {"behavior": "OK", "behaviorClose": "WRONG CODE"},
                  "6.4.1": {"behavior": "NON-STRICT", "behaviorClose": "OK"},
                  "7.1.6": {"behavior": "OK", "behaviorClose": "OK"},
                  "99.1": {"behavior": "FAILED", "behaviorClose": "FAILED"}}})");
  ASSERT_TRUE(index.has_value()) << index.error();
  const Expectations file = autobahn_expectations("index.json", index->front(), catalogue);
  judge(sample.run, agent(), &file, {});
  EXPECT_EQ(result(0).standing, Standing::kUnexpected);
  EXPECT_EQ(result(0).expectation, "FAIL (index.json: FAILED, OK)");
  EXPECT_EQ(result(1).standing, Standing::kExpected);
  EXPECT_EQ(result(2).standing, Standing::kExpected);
  EXPECT_EQ(result(3).standing, Standing::kUsual);
}

TEST_F(Expecting, judges_what_autobahn_failed_by_its_own_rules) {
  const Expectations file = autobahn_expectations(
      "index.json", {"old", {{"5.9", Behavior::kFailed, CloseBehavior::kFailed}}}, catalogue);
  result(1).verdict = Verdict::kPass;  // by our rules, but still FAILED by Autobahn's
  judge(sample.run, agent(), &file, {});
  EXPECT_EQ(result(1).standing, Standing::kExpected);
}

TEST(AutobahnIndex, names_what_is_wrong) {
  const auto error = [](const char* text) {
    const auto index = read_autobahn_index("index.json", text);
    return index ? "" : index.error();
  };
  EXPECT_EQ(error("{"), "index.json: not JSON (octet 2)");
  EXPECT_EQ(error("{}"), "index.json: has no agent");
  EXPECT_EQ(error(R"({"a": 1})"),
            "index.json: agent \"a\" must be an object of cases, as in Autobahn's index.json");
  EXPECT_EQ(error(R"({"wsproof": "1.0", "agents": []})"),
            "index.json: is a report of wsproof, and not Autobahn's index.json, which lies beside "
            "it");
  EXPECT_EQ(error(R"({"a": {"1.1.1": {"behavior": "OK"}}})"),
            "index.json: agent \"a\", case \"1.1.1\" has no \"behaviorClose\" that is a string");
  EXPECT_EQ(error(R"({"a": {"1.1.1": {"behavior": "GOOD", "behaviorClose": "OK"}}})"),
            "index.json: agent \"a\", case \"1.1.1\": \"GOOD\" is not one of Autobahn's words for "
            "behavior");
}

}  // namespace
}  // namespace wsproof::conformance
