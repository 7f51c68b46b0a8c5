// SPDX-License-Identifier: Apache-2.0
#include "conformance/runner/case_run.h"

#include <algorithm>
#include <string>
#include <utility>

#include "conformance/runner/verdicts.h"

namespace wsproof::conformance {

CaseRun::CaseRun(Loop& loop, Clock clock, const Target& target, const Case& test_case,
                 const EngineOptions& options, std::function<void()> reached, Done done)
    : loop_(loop),
      clock_(clock),
      target_(target),
      case_(test_case),
      options_(options),
      reached_(std::move(reached)),
      done_(std::move(done)),
      rounds_left_(std::max<std::uint32_t>(test_case.repeat, 1)) {}

void CaseRun::start() {
  started_ = clock_.now();
  start_round();
}

void CaseRun::start_round() {
  --rounds_left_;
  earlier_ = std::move(connections_);
  connections_.clear();
  running_ = std::max<std::uint32_t>(case_.connections, 1);
  for (std::size_t i = running_; i > 0; --i) {
    connections_.push_back(std::make_unique<Connection>(
        loop_, clock_, target_, case_, options_,
        [this](ConnectionOutcome outcome) { connection_ended(std::move(outcome)); }));
    connections_.back()->on_reached(reached_);
  }
}

void CaseRun::abandon(std::string_view reason) {
  abandoned_ = true;
  // Ending one connection changes nothing about the list: no round follows.
  for (const auto& connection : connections_) {
    connection->abandon(reason);
  }
}

void CaseRun::connection_ended(ConnectionOutcome outcome) {
  if (outcome.result) {
    results_.push_back(std::move(*outcome.result));
  } else {
    refused_ = true;
  }
  if (outcome.connect_error) {
    connect_error_ = std::move(outcome.connect_error);
  }
  if (--running_ > 0) {
    return;
  }
  const bool timed_out = std::any_of(results_.begin(), results_.end(),
                                     [](const CaseResult& one) { return one.close.open_timeout; });
  if (rounds_left_ > 0 && !connect_error_ && !abandoned_ && !timed_out) {
    start_round();
    return;
  }
  const Done done = std::move(done_);
  if (refused_) {
    done({std::nullopt, std::move(connect_error_)});
  } else {
    done({worst(std::move(results_)), std::move(connect_error_)});
  }
}

}  // namespace wsproof::conformance
