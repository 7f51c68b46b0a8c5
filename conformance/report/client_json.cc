// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/client_json.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "conformance/report/failure.h"

namespace wsproof::conformance {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string case_info_json(const Case& test_case) {
  return text_of({{"id", test_case.id}, {"description", test_case.title}});
}

std::string case_status_json(const CaseResult& result) {
  return text_of(Json::object({{"behavior", autobahn_name(result.behavior)}}));
}

std::string client_results_json(const std::vector<const CaseResult*>& results) {
  Json out = Json::array();
  for (const CaseResult* one : results) {
    const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(one->duration);
    out.push_back({{"id", one->case_id},
                   {"verdict", name(one->verdict)},
                   {"behavior", autobahn_name(one->behavior)},
                   {"behaviorClose", autobahn_name(one->close_behavior)},
                   {"happened", failure_sentence(*one)},
                   {"milliseconds", time.count()}});
  }
  return text_of(out);
}

}  // namespace wsproof::conformance
