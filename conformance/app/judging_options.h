// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "conformance/report/autobahn_baseline.h"
#include "conformance/report/expectations.h"
#include "conformance/report/judging.h"
#include "conformance/report/run.h"

namespace wsproof::conformance {

/// What the command line says of which results count against the run.
struct JudgingFlags {
  std::string expect;
  std::string expect_agent;
  JudgingOptions judging;
};

/// Adds --expect, --expect-agent, --level and --strict to a command that runs cases.
void add_judging_flags(CLI::App& command, JudgingFlags& flags);

/// The judge of a run: made before it, so that a bad file is found early.
class Judge {
 public:
  /// Throws UsageError.
  Judge(const JudgingFlags& flags, const std::vector<Case>& catalogue);

  /// Says of every result how it counts. What cannot be judged, because an index.json has no agent
  /// of that name, is told in the sentences that come back.
  [[nodiscard]] std::vector<std::string> judge(Run& run) const;

 private:
  [[nodiscard]] const AutobahnAgent* agent_in_index(const std::string& agent) const;

  JudgingFlags flags_;
  const std::vector<Case>& catalogue_;
  std::optional<Expectations> expectations_;
  std::vector<AutobahnAgent> index_;
};

/// What the process returns after the run, by the results' standing and how the run ended.
[[nodiscard]] int exit_status(const Run& run);

}  // namespace wsproof::conformance
