// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "conformance/catalogue/catalogue.h"
#include "conformance/report/escape.h"
#include "conformance/report/explain.h"
#include "tests/conformance/golden.h"

namespace wsproof::conformance {
namespace {

const std::vector<Case>& catalogue() {
  static const std::vector<Case> kCases = load_catalogue(embedded_case_files());
  return kCases;
}

std::string explained(const std::string& id) {
  return explain(*select_cases(catalogue(), {id}, {}).at(0), 80);
}

TEST(Explain, reads_well) {
  expect_golden("explain_6.4.1.txt", explained("6.4.1"));
  expect_golden("explain_7.7.1.txt", explained("7.7.1"));
  expect_golden("explain_1.1.8.txt", explained("1.1.8"));
}

TEST(Explain, tells_an_unusual_opening_and_every_kind_of_step) {
  Case test_case;
  test_case.id = "99.1";
  test_case.title = "Everything at once";
  test_case.family = "99 All";
  test_case.requires_features = {"driver", "tls"};
  test_case.connections = 2;
  Opening opening;
  opening.start_line = "GET ${target} HTTP/1.0";
  opening.edits = {{Opening::Edit::Kind::kSet, "Upgrade", "\x1b[2J"},
                   {Opening::Edit::Kind::kRemove, "Host", ""}};
  opening.outcome = Opening::Outcome::kRefused;
  opening.statuses = {400, 426};
  opening.checks = {{Opening::FieldCheck::Kind::kPresent, "Sec-WebSocket-Version", ""}};
  test_case.opening = opening;
  SendFrame lie;
  lie.fin = false;
  lie.rsv = rsv::k1 | rsv::k3;
  lie.masked = false;
  lie.declared_length = 100;
  lie.payload = {"\xff", 3};
  SendFrame close;
  close.opcode = opcode::kClose;
  close.payload = {std::string("\x03\xe8") + "bye", 5};
  close.chop = {Chop::Mode::kOctets, 1, {}};
  SendMessage message;
  message.binary = true;
  message.payload = {"ab", 1000};
  message.fragment_size = 10;
  test_case.steps = {lie,
                     SendFramePayload{{"x", 1}, {}},
                     message,
                     SendOctets{{"junk", 4}, {}},
                     Wait{Duration(1500), ""},
                     Await{Await::What::kPong, 2},
                     close,
                     HalfClose{},
                     ResetConnection{},
                     Ask{"send", {{"text", "hi"}}},
                     PauseReading{Duration(500)},
                     TransportAction{"close-notify", {}}};
  test_case.close.by = CloseExpectation::By::kNobody;
  expect_golden("explain_all_steps.txt", explain(test_case, 80));
}

TEST(Explain, keeps_to_its_width_for_every_case) {
  for (const Case& one : catalogue()) {
    std::istringstream lines(explain(one, 80));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(columns(line), 80U) << one.id << ": " << line;
    }
  }
}

TEST(ListCases, shows_families_groups_ids_and_titles) {
  expect_golden("list_6.4_7.1.txt",
                list_cases(select_cases(catalogue(), {"6.4", "7.1"}, {"7.1.6"}), 80));
}

TEST(ListCases, as_json_has_every_case) {
  const auto json = nlohmann::json::parse(list_cases_json(select_cases(catalogue(), {}, {})));
  ASSERT_EQ(json.size(), catalogue().size());
  EXPECT_EQ(json[0]["id"], "1.1.1");
  EXPECT_EQ(json[0]["roles"], (nlohmann::json{"server", "client"}));
  EXPECT_EQ(json[0]["spec"][0]["rfc"], 6455);
}

}  // namespace
}  // namespace wsproof::conformance
