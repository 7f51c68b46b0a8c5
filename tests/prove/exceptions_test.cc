// SPDX-License-Identifier: Apache-2.0
#include "tests/prove/exceptions.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "tests/prove/report.h"

namespace wsproof::prove {
namespace {

std::string complaint_about(const std::string& text) {
  try {
    static_cast<void>(read_exceptions(text));
  } catch (const std::invalid_argument& wrong) {
    return wrong.what();
  }
  return "none";
}

TEST(ExceptionsTest, ReadsLines) {
  const auto read =
      read_exceptions("# why\n\nfault server no-pong: because\ncase both 7.1.6: so\n");
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[0].name, "no-pong");
  EXPECT_EQ(read[0].role, faulty::Role::kServer);
  EXPECT_EQ(read[1].reason, "so");
  EXPECT_EQ(read[1].line, 4);
  EXPECT_EQ(find_exception(read, Exception::Kind::kFault, faulty::Role::kClient, "no-pong"),
            nullptr);
  EXPECT_NE(find_exception(read, Exception::Kind::kCase, faulty::Role::kClient, "7.1.6"), nullptr);
}

TEST(ExceptionsTest, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(complaint_about("\nbug server no-pong: x"),
            "line 2: it begins with neither \"fault\" nor \"case\"");
  EXPECT_EQ(complaint_about("fault all no-pong: x"),
            "line 1: \"all\" is not server, client or both");
  EXPECT_EQ(complaint_about("fault both no-pong"), "line 1: there is no reason");
  EXPECT_EQ(complaint_about("fault both no-pong: "), "line 1: there is no reason");
  EXPECT_EQ(complaint_about("fault both no-such: x"), "line 1: there is no fault \"no-such\"");
}

/// Four cases, and two faults: the first is caught by three cases, the second by none.
class MatrixTest : public testing::Test {
 protected:
  MatrixTest() : all_cases(4) {
    for (std::size_t i = 0; i < all_cases.size(); ++i)
      all_cases[i].id = "1." + std::to_string(i + 1);
    all_cases[0].title = "<b>";
    RoleMatrix matrix;
    for (const auto& one : all_cases) matrix.cases.push_back(&one);
    matrix.rows = {{faulty::find_fault("no-pong"),
                    {Mark::kCaught, Mark::kCaught, Mark::kCaught, Mark::kNothing},
                    "<script>"},
                   {faulty::find_fault("pong-repeated"),
                    {Mark::kNoticed, Mark::kAutobahn, Mark::kNothing, Mark::kNotRun},
                    ""}};
    matrices.push_back(std::move(matrix));
  }

  std::vector<conformance::Case> all_cases;
  std::vector<RoleMatrix> matrices;
};

TEST_F(MatrixTest, Counts) {
  EXPECT_EQ(last_line(matrices), "faults caught 1/2 (server), cases proven 3/4 (server)");
  EXPECT_EQ(matrices[0].cases_proven_sharply(), 0U);
  matrices[0].rows[1].marks[2] = Mark::kCaught;
  EXPECT_EQ(matrices[0].cases_proven_sharply(), 1U);
  EXPECT_EQ(matrices[0].caught_by(2)[0]->fault->name, "pong-repeated") << "the sharpest first";
}

TEST_F(MatrixTest, TellsWhichCasesHaveAMark) {
  const RoleMatrix& matrix = matrices[0];
  EXPECT_EQ(matrix.marked(matrix.rows[0], Mark::kCaught),
            (std::vector<std::string>{"1.1", "1.2", "1.3"}));
  EXPECT_EQ(matrix.marked(matrix.rows[1], Mark::kNoticed), std::vector<std::string>{"1.1"});
  EXPECT_TRUE(matrix.marked(matrix.rows[0], Mark::kNotRun).empty());
}

TEST_F(MatrixTest, ComplainsOfWhatIsNotListed) {
  EXPECT_EQ(find_complaints(matrices, {}),
            (std::vector<std::string>{"server pong-repeated: no case catches this fault",
                                      "server 1.4: no fault fails this case"}));
  const auto listed = read_exceptions("fault server pong-repeated: allowed\ncase both 1.4: so\n");
  EXPECT_TRUE(find_complaints(matrices, listed).empty());
}

TEST_F(MatrixTest, ComplainsOfExceptionsThatAreNotNeeded) {
  const auto listed = read_exceptions(
      "fault server pong-repeated: allowed\ncase both 1.4: so\nfault both no-pong: why\n");
  EXPECT_EQ(
      find_complaints(matrices, listed),
      (std::vector<std::string>{"line 3 of the exceptions, no-pong: nothing needs it any more"}));
}

TEST_F(MatrixTest, ComplainsWhereTheEndpointWithoutFaultsFails) {
  matrices[0].disagreements.push_back({"1.1", "FAIL", "nothing came"});
  const auto listed = read_exceptions("fault server pong-repeated: allowed\ncase both 1.4: so\n");
  EXPECT_EQ(
      find_complaints(matrices, listed),
      (std::vector<std::string>{"server 1.1: the server without faults gets FAIL: nothing came"}));
}

TEST_F(MatrixTest, ReportsAreWhole) {
  const std::string text = text_report(matrices);
  EXPECT_NE(text.find("  caught by 3 cases: 1.1 to 1.3\n"), std::string::npos) << text;
  EXPECT_NE(text.find("server 1.4 catches 0 faults\n"), std::string::npos) << text;
  const std::string json = json_report(matrices, {});
  EXPECT_NE(json.find("\"cases_proven\": 3"), std::string::npos) << json;
  const std::string html = html_report(matrices, {});
  EXPECT_EQ(html.find("<b> "), std::string::npos);
  EXPECT_NE(html.find("&lt;b&gt;"), std::string::npos);
  EXPECT_NE(html.find("&lt;script&gt;"), std::string::npos);
  EXPECT_NE(html.find("No case catches it."), std::string::npos);
  EXPECT_EQ(html.find("http://"), std::string::npos) << "the page needs nothing else";
}

}  // namespace
}  // namespace wsproof::prove
