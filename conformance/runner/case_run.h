// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "conformance/runner/connection.h"

namespace wsproof::conformance {

/// Runs one case against a target with all the connections that it asks for: `connections` side by
/// side, `repeat` times in turn. The worst of them is the case's result.
class CaseRun {
 public:
  /// Called once, as the last thing that happens; the object may not be destroyed there.
  using Done = std::function<void(ConnectionOutcome)>;

  /// All references outlive this object.
  CaseRun(Loop& loop, Clock clock, const Target& target, const Case& test_case,
          const EngineOptions& options, std::function<void()> reached, Done done);

  void start();
  /// Ends the case now, with a verdict from what was seen so far; `done` is called from within.
  void abandon(std::string_view reason);

  [[nodiscard]] const Case& test_case() const { return case_; }
  [[nodiscard]] Time started() const { return started_; }

 private:
  void start_round();
  void connection_ended(ConnectionOutcome outcome);

  Loop& loop_;
  Clock clock_;
  const Target& target_;
  const Case& case_;
  const EngineOptions& options_;
  std::function<void()> reached_;
  Done done_;
  Time started_{};
  std::vector<std::unique_ptr<Connection>> connections_;
  // Of the round before: one of them may be what called us.
  std::vector<std::unique_ptr<Connection>> earlier_;
  std::size_t running_ = 0;
  std::uint32_t rounds_left_;
  bool abandoned_ = false;
  std::vector<CaseResult> results_;
  std::optional<TransportError> connect_error_;
  bool refused_ = false;  // one of them has no result
};

}  // namespace wsproof::conformance
