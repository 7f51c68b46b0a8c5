// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "tests/prove/report.h"

namespace wsproof::prove {
namespace {

using Json = nlohmann::ordered_json;

Json fault_json(const RoleMatrix& matrix, const Row& row,
                const std::vector<Exception>& exceptions) {
  Json json{{"name", row.fault->name},
            {"kind", row.fault->kind},
            {"sentence", row.fault->sentence},
            {"caught_by", matrix.marked(row, Mark::kCaught)},
            {"noticed_by", matrix.marked(row, Mark::kNoticed)},
            {"failed_by_autobahn_alone", matrix.marked(row, Mark::kAutobahn)},
            {"not_run", row.count(Mark::kNotRun)}};
  const Exception* listed =
      find_exception(exceptions, Exception::Kind::kFault, matrix.role, row.fault->name);
  if (listed != nullptr) json["exception"] = listed->reason;
  if (!row.first_account.empty()) json["account"] = row.first_account;
  return json;
}

Json case_json(const RoleMatrix& matrix, std::size_t index,
               const std::vector<Exception>& exceptions) {
  const conformance::Case& test_case = *matrix.cases[index];
  Json faults = Json::array();
  for (const Row* row : matrix.caught_by(index)) faults.push_back(row->fault->name);
  Json json{{"id", test_case.id}, {"title", test_case.title}, {"catches", std::move(faults)}};
  const Exception* listed =
      find_exception(exceptions, Exception::Kind::kCase, matrix.role, test_case.id);
  if (listed != nullptr) json["exception"] = listed->reason;
  return json;
}

}  // namespace

std::string json_report(const std::vector<RoleMatrix>& matrices,
                        const std::vector<Exception>& exceptions) {
  Json roles = Json::array();
  for (const RoleMatrix& matrix : matrices) {
    Json faults = Json::array();
    for (const Row& row : matrix.rows) faults.push_back(fault_json(matrix, row, exceptions));
    Json cases = Json::array();
    for (std::size_t i = 0; i < matrix.cases.size(); ++i) {
      cases.push_back(case_json(matrix, i, exceptions));
    }
    roles.push_back({{"role", name(matrix.role)},
                     {"faults_caught", matrix.faults_caught()},
                     {"cases_proven", matrix.cases_proven()},
                     {"cases_proven_sharply", matrix.cases_proven_sharply()},
                     {"faults", std::move(faults)},
                     {"cases", std::move(cases)}});
  }
  const Json whole{{"format", "wsproof kill matrix 1"}, {"roles", std::move(roles)}};
  // What a peer sent stands in the accounts, and may not be UTF-8.
  return whole.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace wsproof::prove
