// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/autobahn_baseline.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "conformance/report/escape.h"
#include "conformance/report/names.h"

namespace wsproof::conformance {
namespace {

using Json = nlohmann::json;

template <typename Enum>
Enum word(const Json& entry, const char* property, const std::string& place) {
  const auto found = entry.find(property);
  if (!entry.is_object() || found == entry.end() || !found->is_string()) {
    throw std::runtime_error(fmt::format("{} has no \"{}\" that is a string", place, property));
  }
  const auto value = from_name<Enum>(found->get<std::string>());
  if (!value) {
    throw std::runtime_error(fmt::format("{}: \"{}\" is not one of Autobahn's words for {}", place,
                                         printable(found->get<std::string>()), property));
  }
  return *value;
}

std::vector<AutobahnAgent> agents_of(const Json& index) {
  if (!index.is_object()) {
    throw std::runtime_error("must be an object of agents, as Autobahn's index.json is");
  }
  if (const auto version = index.find("wsproof"); version != index.end() && version->is_string()) {
    throw std::runtime_error(
        "is a report of wsproof, and not Autobahn's index.json, which lies beside it");
  }
  std::vector<AutobahnAgent> out;
  for (const auto& [agent, cases] : index.items()) {
    if (!cases.is_object()) {
      throw std::runtime_error(
          fmt::format("agent \"{}\" must be an object of cases, as in "
                      "Autobahn's index.json",
                      printable(agent)));
    }
    AutobahnAgent& one = out.emplace_back();
    one.agent = agent;
    for (const auto& [id, entry] : cases.items()) {
      const std::string place =
          fmt::format("agent \"{}\", case \"{}\"", printable(agent), printable(id));
      one.entries.push_back({id, word<Behavior>(entry, "behavior", place),
                             word<CloseBehavior>(entry, "behaviorClose", place)});
    }
  }
  if (out.empty()) {
    throw std::runtime_error("has no agent");
  }
  return out;
}

/// What may happen to a case that came to this.
std::vector<Verdict> acceptable(Verdict verdict) {
  switch (verdict) {
    case Verdict::kFail:
    case Verdict::kUnsupported:
      return {verdict};
    case Verdict::kNonStrict:
      return {Verdict::kNonStrict, Verdict::kPass};
    case Verdict::kPass:
    case Verdict::kInformational:
      break;
  }
  return {};
}

}  // namespace

tl::expected<std::vector<AutobahnAgent>, std::string> read_autobahn_index(const std::string& name,
                                                                          std::string_view text) {
  try {
    return agents_of(Json::parse(text));
  } catch (const Json::parse_error& error) {
    return tl::unexpected(fmt::format("{}: not JSON (octet {})", name, error.byte));
  } catch (const std::exception& error) {
    return tl::unexpected(fmt::format("{}: {}", name, error.what()));
  }
}

Verdict autobahn_verdict(Behavior behavior, CloseBehavior close) {
  if (behavior == Behavior::kUnimplemented) {
    return Verdict::kUnsupported;
  }
  if (behavior == Behavior::kFailed ||
      (close != CloseBehavior::kOk && close != CloseBehavior::kInformational)) {
    return Verdict::kFail;
  }
  return behavior == Behavior::kOk          ? Verdict::kPass
         : behavior == Behavior::kNonStrict ? Verdict::kNonStrict
                                            : Verdict::kInformational;
}

Expectations autobahn_expectations(const std::string& name, const AutobahnAgent& agent,
                                   const std::vector<Case>& catalogue) {
  Expectations out;
  out.name = name;
  out.by_autobahn = true;
  for (const AutobahnAgent::Entry& entry : agent.entries) {
    ExpectationLine line;
    line.verdicts = acceptable(autobahn_verdict(entry.behavior, entry.close_behavior));
    const bool known = std::any_of(catalogue.begin(), catalogue.end(),
                                   [&](const Case& one) { return one.id == entry.case_id; });
    if (line.verdicts.empty() || !known) {
      continue;
    }
    line.pattern = entry.case_id;
    line.exact = true;
    line.ids = {entry.case_id};
    line.reason =
        fmt::format("{}, {}", autobahn_name(entry.behavior), autobahn_name(entry.close_behavior));
    out.lines.push_back(std::move(line));
  }
  return out;
}

}  // namespace wsproof::conformance
