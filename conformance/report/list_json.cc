// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "conformance/report/explain.h"
#include "conformance/report/names.h"

namespace wsproof::conformance {

std::string list_cases_json(const std::vector<const Case*>& cases) {
  using Json = nlohmann::ordered_json;
  Json out = Json::array();
  for (const Case* one : cases) {
    Json spec = Json::array();
    for (const SpecReference& reference : one->spec) {
      spec.push_back({{"rfc", reference.rfc}, {"section", reference.section}});
    }
    Json roles = Json::array();
    if (one->for_servers) {
      roles.push_back("server");
    }
    if (one->for_clients) {
      roles.push_back("client");
    }
    out.push_back({{"id", one->id},
                   {"title", one->title},
                   {"why", one->why},
                   {"family", one->family},
                   {"group", one->group},
                   {"spec", std::move(spec)},
                   {"level", name_of(one->level)},
                   {"roles", std::move(roles)},
                   {"requires", one->requires_features}});
  }
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace wsproof::conformance
