// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/badge.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "conformance/report/outcome.h"

namespace wsproof::conformance {
namespace {

struct Tally {
  int total = 0, wrong = 0, known = 0, non_strict = 0, unsupported = 0;
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
    out.unsupported += result.verdict == Verdict::kUnsupported ? 1 : 0;
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
  std::string message = fmt::format("{} passed", one.total - one.known - one.unsupported);
  const auto add = [&message](int number, const char* what) {
    if (number > 0) {
      message += fmt::format(", {} {}", number, what);
    }
  };
  add(one.known, "known to fail");
  if (one.known == 0) {
    add(one.non_strict, "non-strict");
  }
  add(one.unsupported, "unsupported");
  return {std::move(message), one.known > 0        ? "yellow"
                              : one.non_strict > 0 ? "yellowgreen"
                                                   : "brightgreen"};
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
