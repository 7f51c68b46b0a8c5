// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>
#include <utility>

#include "conformance/app/corpus_export.h"
#include "conformance/catalogue/catalogue.h"

namespace wsproof::conformance {
namespace {

// Eight octets of options and cuts: all of them default.
constexpr std::size_t kHeader = 8;

using Json = nlohmann::ordered_json;

}  // namespace

std::vector<CaseFileSeed> case_file_seeds(std::string_view case_file) {
  std::vector<CaseFileSeed> seeds;
  const Json file = Json::parse(case_file);
  for (const Json& group : file.at("groups")) {
    for (Json one : group.at("cases")) {
      if (const auto table = one.find("for_each"); table != one.end()) {
        *table = Json::array({table->at(0)});
      }
      Json whole = file;
      Json around = group;
      around["cases"] = Json::array({std::move(one)});
      whole["groups"] = Json::array({std::move(around)});
      CaseFileSeed seed{{}, whole.dump()};
      if (seed.octets.size() + kHeader > kMaxSeedSize) continue;
      seed.id = load_catalogue({{"seed.json", seed.octets}}).at(0).id;
      seed.octets.insert(0, kHeader, '\0');
      seeds.push_back(std::move(seed));
    }
  }
  return seeds;
}

}  // namespace wsproof::conformance
