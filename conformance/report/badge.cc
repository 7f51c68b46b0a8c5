// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/badge.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "conformance/report/outcome.h"

namespace wsproof::conformance {
namespace {

struct Tally {
  int total = 0, wrong = 0, known = 0, non_strict = 0;
  bool complete = true;
  bool nothing_proven = false;
};

Tally tally(const AgentRun& agent) {
  Tally out;
  out.nothing_proven = !nothing_proven(agent).empty();
  out.complete = agent.end == AgentRun::End::kComplete;
  for (const CaseResult& result : agent.results) {
    const Outcome outcome = outcome_of(agent, result);
    ++out.total;
    out.wrong += outcome == Outcome::kFailure || outcome == Outcome::kError ? 1 : 0;
    // Said to fail, or below the level: no reason for red, and none for green.
    out.known += outcome == Outcome::kSkipped && result.verdict == Verdict::kFail ? 1 : 0;
    out.non_strict += result.verdict == Verdict::kNonStrict ? 1 : 0;
  }
  return out;
}

bool is_good(const Tally& one) { return one.complete && one.wrong == 0 && !one.nothing_proven; }

struct Words {
  std::string message;
  const char* colour;
};

Words words(const Tally& one) {
  if (!one.complete) {
    return {"run not complete", "lightgrey"};
  }
  if (one.wrong > 0) {
    return {fmt::format("{} of {} failed", one.wrong, one.total), "red"};
  }
  if (one.nothing_proven) {
    return {"nothing proven", "lightgrey"};
  }
  if (one.known > 0) {
    return {fmt::format("{} passed, {} known to fail", one.total - one.known, one.known), "yellow"};
  }
  if (one.non_strict > 0) {
    return {fmt::format("{} passed, {} non-strict", one.total, one.non_strict), "yellowgreen"};
  }
  return {fmt::format("{} passed", one.total), "brightgreen"};
}

Words words(const std::vector<Tally>& all) {
  if (all.empty()) {
    return {"nothing was tested", "lightgrey"};
  }
  if (all.size() == 1) {
    return words(all.front());
  }
  const auto good = std::count_if(all.begin(), all.end(), is_good);
  const bool every = good == static_cast<std::ptrdiff_t>(all.size());
  return {fmt::format("{} of {} endpoints passed", good, all.size()),
          every ? "brightgreen" : "red"};
}

}  // namespace

std::string badge(const Run& run) {
  std::vector<Tally> all;
  std::transform(run.agents.begin(), run.agents.end(), std::back_inserter(all), tally);
  const Words told = words(all);
  const nlohmann::ordered_json json{{"schemaVersion", 1},
                                    {"label", "WebSocket conformance"},
                                    {"message", told.message},
                                    {"color", told.colour}};
  return json.dump(2) + '\n';
}

}  // namespace wsproof::conformance
