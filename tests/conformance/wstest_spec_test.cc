// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/app/usage.h"
#include "conformance/app/wstest/spec.h"

namespace wsproof::conformance::wstest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> warnings;

FuzzingClientSpec client(std::string_view text) {
  warnings.clear();
  return read_fuzzing_client("fuzzingclient.json", text, warnings);
}

std::string error_of(std::string_view text) {
  try {
    static_cast<void>(client(text));
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

TEST(WstestSpec, ReadsWhatOtherProjectsHave) {
  const FuzzingClientSpec spec = client(R"({
    "options": {"failByDrop": false},
    "outdir": "./reports",
    "servers": [{"agent": "AutobahnServer", "url": "ws://127.0.0.1:9001/a?b",
                 "origin": "http://here", "protocols": ["chat", "superchat"],
                 "hostname": "named.example", "options": {"version": 18}},
                {"url": "ws://[::1]"}],
    "cases": ["1.*", "7.1.1"],
    "exclude-cases": ["9.*"],
    "exclude-agent-cases": {"Fire*": ["1.1.*"]}
  })");
  EXPECT_THAT(warnings, IsEmpty());
  EXPECT_EQ(spec.outdir, "./reports");
  ASSERT_EQ(spec.servers.size(), 2U);
  EXPECT_EQ(spec.servers[0].agent, "AutobahnServer");
  EXPECT_EQ(spec.servers[0].target.port, 9001);
  EXPECT_EQ(spec.servers[0].target.resource, "/a?b");
  EXPECT_EQ(spec.servers[0].target.host_field(), "named.example");
  EXPECT_EQ(spec.servers[0].origin, "http://here");
  EXPECT_THAT(spec.servers[0].protocols, ElementsAre("chat", "superchat"));
  EXPECT_EQ(spec.servers[1].target.host_field(), "[::1]");
  EXPECT_THAT(spec.choice.cases, ElementsAre("1.*", "7.1.1"));
  EXPECT_THAT(spec.choice.exclude, ElementsAre("9.*"));
  EXPECT_TRUE(is_excluded(spec.choice.exclude_for_agents, "Firefox", "1.1.1"));
}

TEST(WstestSpec, HasDefaults) {
  const FuzzingClientSpec spec = client(R"({"servers": [{"url": "ws://h", "agent": null}]})");
  EXPECT_EQ(spec.outdir, "./reports/servers");
  EXPECT_THAT(spec.choice.cases, ElementsAre("*"));
  EXPECT_THAT(spec.choice.exclude, IsEmpty());
}

TEST(WstestSpec, NamesThePlaceOfWhatIsWrong) {
  EXPECT_THAT(error_of(""), HasSubstr("fuzzingclient.json:1: at the top: not JSON"));
  EXPECT_THAT(error_of("{\n\"servers\": [}"), HasSubstr(":2: at /servers: not JSON"));
  EXPECT_THAT(error_of("[]"), HasSubstr(":1: at the top: expected an object, not an array"));
  EXPECT_THAT(error_of("{}"), HasSubstr("missing property 'servers'"));
  EXPECT_THAT(error_of(R"({"servers": []})"), HasSubstr("/servers: names no server"));
  EXPECT_THAT(error_of(R"({"servers": "ws://h"})"), HasSubstr("/servers: expected an array"));
  EXPECT_THAT(error_of(R"({"servers": [7]})"), HasSubstr("/servers/0: expected an object"));
  EXPECT_THAT(error_of(R"({"servers": [{}]})"), HasSubstr("/servers/0: missing property 'url'"));
  EXPECT_THAT(error_of(R"({"servers": [{"url": "h:1"}]})"), HasSubstr("/servers/0/url: h:1: "));
  EXPECT_THAT(error_of(R"({"servers": [{"url": "ws://h", "agent": "a\nb"}]})"),
              HasSubstr("/servers/0/agent: must be one line"));
  EXPECT_THAT(error_of(R"({"servers": [{"url": "ws://h"}], "cases": "*"})"),
              HasSubstr("/cases: expected an array, not a string"));
  EXPECT_THAT(error_of("{\"servers\": [{\"url\": \"ws://h\"}],\n\"cases\": []}"),
              HasSubstr("fuzzingclient.json:2: at /cases: the list is empty"));
  EXPECT_THAT(error_of(R"({"servers": [{"url": "ws://h"}], "exclude-cases": [1]})"),
              HasSubstr("/exclude-cases/0: expected a string"));
  EXPECT_THAT(error_of(R"({"servers": [{"url": "ws://h"}], "exclude-agent-cases": []})"),
              HasSubstr("/exclude-agent-cases: expected an object"));
  EXPECT_THAT(error_of(R"({"servers": [{"url": "ws://h"}], "outdir": 1})"),
              HasSubstr("/outdir: expected a string"));
  EXPECT_THAT(error_of(R"({"servers": [{"url": "ws://h"}], "outdir": ""})"),
              HasSubstr("/outdir: must not be empty"));
  EXPECT_THAT(error_of(R"({"servers": [{"url": "ws://h"}], "options": {"failByDrop": 0}})"),
              HasSubstr("/options/failByDrop: expected true or false"));
}

TEST(WstestSpec, WarnsOnceOfWhatHasNoEffect) {
  static_cast<void>(client(R"({"servers": [{"url": "ws://h", "options": {"version": 10}}],
      "debug": true, "enable-ssl": false, "options": {"failByDrop": true, "mask": 1}})"));
  ASSERT_EQ(warnings.size(), 4U) << testing::PrintToString(warnings);
  EXPECT_THAT(warnings[0], HasSubstr("/options/failByDrop: the tester never fails"));
  EXPECT_THAT(warnings[1], HasSubstr("/options: \"mask\" is unknown"));
  EXPECT_THAT(warnings[2], HasSubstr("/servers/0/options/version: version 10"));
  EXPECT_THAT(warnings[3], HasSubstr("the top: \"debug\", \"enable-ssl\" are unknown"));
}

TEST(WstestSpec, ReadsFuzzingServer) {
  warnings.clear();
  const FuzzingServerSpec spec = read_fuzzing_server("s.json", R"({
    "url": "ws://127.0.0.1:9001", "outdir": "./reports/clients", "cases": ["*"],
    "options": {"failByDrop": false}, "exclude-cases": [], "exclude-agent-cases": {},
    "protocols": ["chat"], "key": "k.pem", "cert": "c.pem"})",
                                                     warnings);
  EXPECT_THAT(warnings, IsEmpty());
  EXPECT_EQ(spec.url.port, 9001);
  EXPECT_THAT(spec.protocols, ElementsAre("chat"));
  EXPECT_EQ(spec.key + spec.certificate, "k.pemc.pem");
  EXPECT_THROW(static_cast<void>(read_fuzzing_server("s.json", "{}", warnings)), UsageError);
}

TEST(WstestSpec, ReadsMassConnect) {
  warnings.clear();
  const MassConnectSpec spec = read_mass_connect("m.json", R"({
    "options": {"connections": 20, "batchsize": 5, "batchdelay": 10, "retrydelay": 3},
    "servers": [{"name": "one", "uri": "ws://127.0.0.1:9000", "desc": "the first"}]})",
                                                 warnings);
  EXPECT_THAT(warnings, IsEmpty());
  EXPECT_EQ(spec.connections, 20U);
  EXPECT_EQ(spec.batch_size, 5U);
  EXPECT_EQ(spec.batch_delay, Duration(10));
  EXPECT_EQ(spec.retry_delay, Duration(3));
  EXPECT_EQ(spec.servers.at(0).name, "one");
  EXPECT_THROW(static_cast<void>(read_mass_connect(
                   "m.json", R"({"options": {"connections": 0}, "servers": []})", warnings)),
               UsageError);
}

class WstestChoice : public testing::Test {
 protected:
  WstestChoice() : catalogue(5) {
    const char* const ids[] = {"0.1", "1.1.1", "1.1.2", "12.1.1", "14.1"};
    for (std::size_t i = 0; i < catalogue.size(); ++i) {
      catalogue[i].id = ids[i];
    }
  }
  std::vector<std::string> choose(std::vector<std::string> cases,
                                  std::vector<std::string> exclude = {}) {
    warnings.clear();
    std::vector<std::string> out;
    for (const Case* one : choose_cases(
             catalogue, {"spec.json", std::move(cases), std::move(exclude), {}}, warnings)) {
      out.push_back(one->id);
    }
    return out;
  }
  std::vector<Case> catalogue;
};

TEST_F(WstestChoice, TakesOnlyTheFamiliesThatAutobahnHas) {
  EXPECT_THAT(choose({"*"}), ElementsAre("1.1.1", "1.1.2", "12.1.1"));
  EXPECT_THAT(choose({"12.*", "1.1.1", ""}), ElementsAre("1.1.1", "12.1.1"));
  EXPECT_THAT(choose({"*"}, {"1.*", ""}), ElementsAre("12.1.1"));
  EXPECT_THROW(choose({"*"}, {"1*"}), UsageError);
}

TEST_F(WstestChoice, TellsPatternsThatNameNothing) {
  EXPECT_THAT([&] { choose({"1.1.9"}); }, testing::ThrowsMessage<UsageError>(
                                              "spec.json: at /cases: no case matches \"1.1.9\""));
  EXPECT_THROW(choose({"14.*"}), UsageError);
  EXPECT_THROW(choose({""}), UsageError);
  EXPECT_THROW(choose({}), UsageError);
  EXPECT_THAT(choose({"1.1.1"}, {"9.*"}), ElementsAre("1.1.1"));
  EXPECT_THAT(warnings, ElementsAre("spec.json: at /exclude-cases: no case matches \"9.*\""));
}

}  // namespace
}  // namespace wsproof::conformance::wstest
