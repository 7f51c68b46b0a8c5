// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "conformance/runner/control_request.h"

namespace wsproof::conformance {
namespace {

using Kind = ControlRequest::Kind;

class ControlRequestTest : public testing::Test {
 protected:
  ControlRequestTest() {
    first.id = "1.1.1";
    second.id = "6.4.1";
  }
  ControlRequest read(std::string_view resource) {
    const auto request = parse_control_request(resource, cases);
    EXPECT_TRUE(request) << resource;
    return request.value_or(ControlRequest{});
  }
  void refused(std::string_view resource, int status, std::string_view words) {
    const auto request = parse_control_request(resource, cases);
    ASSERT_FALSE(request) << resource;
    EXPECT_EQ(request.error().status, status) << resource;
    EXPECT_NE(request.error().sentence.find(words), std::string::npos) << request.error().sentence;
  }

  Case first;
  Case second;
  std::vector<const Case*> cases{&first, &second};
};

TEST_F(ControlRequestTest, reads_each_url) {
  EXPECT_EQ(read("/getCaseCount").kind, Kind::kCaseCount);
  EXPECT_EQ(read("/getCaseInfo?case=2").place, 1U);
  EXPECT_EQ(read("/getCaseInfo?casetuple=6.4.1").place, 1U);
  const ControlRequest run = read("/runCase?case=1&agent=my%20client/1.0+x");
  EXPECT_EQ(run.kind, Kind::kRunCase);
  EXPECT_EQ(run.place, 0U);
  EXPECT_EQ(run.agent, "my client/1.0 x");
  EXPECT_EQ(read("/getCaseStatus?agent=a&case=2").kind, Kind::kCaseStatus);
  EXPECT_FALSE(read("/updateReports?agent=a").shutdown);
  EXPECT_TRUE(read("/updateReports?agent=a&shutdownOnComplete=true").shutdown);
  EXPECT_FALSE(read("/updateReports?agent=a&shutdownOnComplete=false").shutdown);
  EXPECT_TRUE(read("/stopServer").shutdown);
  EXPECT_EQ(read("/runCase?case=1").agent, "");
}

TEST_F(ControlRequestTest, says_what_is_wrong) {
  refused("/runCase?case=0", 404, "there is no case 0: cases are counted from 1 to 2");
  refused("/runCase?case=3", 404, "there is no case 3");
  refused("/runCase?case=99999999999999999999999", 404, "there is no case 9999");
  refused("/runCase?case=-1", 400, "case=-1 is not a number");
  refused("/runCase?case=1x", 400, "not a number");
  refused("/runCase?case=", 400, "not a number");
  refused("/runCase?case=%zz", 400, "which case");
  refused("/runCase", 400, "which case");
  refused("/runCase?casetuple=1.1.1", 400, "which case");
  refused("/getCaseInfo?casetuple=1.1.2", 404, "case 1.1.2 is not among");
  refused("/runCases?case=1", 404, "/runCases is not a URL of this server");
  refused("/", 404, "is not a URL");
  refused("/runCase?case=1&agent=" + std::string(201, 'a'), 400, "201 octets");
}

TEST_F(ControlRequestTest, agents_survive_a_query) {
  const std::string name = "a&b=c d/1.0+\xc3\xa9%";
  EXPECT_EQ(query_value("/x?agent=" + query_escaped(name), "agent"), name);
  EXPECT_EQ(read("/runCase?case=1&agent=%ff").agent, "\xef\xbf\xbd");
}

}  // namespace
}  // namespace wsproof::conformance
