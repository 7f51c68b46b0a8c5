// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "conformance/app/usage.h"
#include "conformance/catalogue/catalogue.h"
#include "conformance/report/escape.h"

namespace wsproof::conformance {
namespace {

/// "6.4.x" as {6, 4}: numbers up to the first that is none.
std::vector<int> numbers_of(const std::string& id) {
  std::vector<int> out;
  std::size_t at = 0;
  while (at < id.size() && id[at] >= '0' && id[at] <= '9') {
    int number = 0;
    for (; at < id.size() && id[at] >= '0' && id[at] <= '9'; ++at) {
      number = std::min(number * 10 + (id[at] - '0'), 1'000'000);
    }
    out.push_back(number);
    if (at == id.size() || id[at] != '.') {
      break;
    }
    ++at;
  }
  return out;
}

void check_pattern(const std::vector<Case>& catalogue, const std::string& pattern) {
  try {
    static_cast<void>(select_cases(catalogue, {pattern}, {}));
  } catch (const std::invalid_argument&) {
    std::string nearest;
    for (const std::string& id : nearest_ids(catalogue, pattern)) {
      nearest += (nearest.empty() ? "" : ", ") + id;
    }
    throw UsageError(fmt::format(
        "no case matches \"{}\"; {}", printable(pattern),
        nearest.empty() ? "`wsproof list` shows all ids" : "the nearest ids are " + nearest));
  }
}

}  // namespace

std::vector<Case> load_cases(const std::string& folder) {
  try {
    return folder.empty() ? load_catalogue(embedded_case_files()) : load_catalogue_folder(folder);
  } catch (const std::exception& error) {
    throw UsageError(error.what());
  }
}

std::vector<const Case*> select_or_explain(const std::vector<Case>& catalogue,
                                           const std::vector<std::string>& include,
                                           const std::vector<std::string>& exclude) {
  for (const std::string& pattern : include) {
    check_pattern(catalogue, pattern);
  }
  for (const std::string& pattern : exclude) {
    check_pattern(catalogue, pattern);
  }
  auto selected = select_cases(catalogue, include, exclude);
  if (selected.empty()) {
    throw UsageError("no case is selected: --exclude takes away all that was asked for");
  }
  return selected;
}

std::vector<const Case*> select_for(Role peer, const std::vector<Case>& catalogue,
                                    const std::vector<std::string>& include,
                                    const std::vector<std::string>& exclude) {
  auto cases = select_or_explain(catalogue, include, exclude);
  const bool servers = peer == Role::kServer;
  cases.erase(std::remove_if(cases.begin(), cases.end(),
                             [servers](const Case* one) {
                               return servers ? !one->for_servers : !one->for_clients;
                             }),
              cases.end());
  if (cases.empty()) {
    throw UsageError(fmt::format("no case is selected: those that were asked for are for {} only",
                                 servers ? "clients" : "servers"));
  }
  return cases;
}

std::vector<std::string> nearest_ids(const std::vector<Case>& catalogue,
                                     const std::string& pattern) {
  const std::vector<int> wanted = numbers_of(pattern);
  if (wanted.empty()) {
    return {};
  }
  // Far down to near: numbers that are not shared, then the distance in the first that differs.
  std::vector<std::tuple<std::size_t, int, std::size_t>> ranked;
  for (std::size_t i = 0; i < catalogue.size(); ++i) {
    const std::vector<int> numbers = numbers_of(catalogue[i].id);
    std::size_t shared = 0;
    while (shared < wanted.size() && shared < numbers.size() && wanted[shared] == numbers[shared]) {
      ++shared;
    }
    const int distance = shared < wanted.size() && shared < numbers.size()
                             ? std::abs(wanted[shared] - numbers[shared])
                             : 0;
    ranked.emplace_back(wanted.size() - shared, distance, i);
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < ranked.size() && i < 3; ++i) {
    places.push_back(std::get<2>(ranked[i]));
  }
  std::sort(places.begin(), places.end());
  std::vector<std::string> out;
  out.reserve(places.size());
  for (const std::size_t place : places) {
    out.push_back(catalogue[place].id);
  }
  return out;
}

}  // namespace wsproof::conformance
