// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/app/judging_options.h"
#include "conformance/app/terminal.h"
#include "conformance/engine/engine.h"
#include "conformance/runner/cost.h"

namespace wsproof::conformance {

/// What the commands that run cases have in common. Times are in seconds.
struct RunOptions {
  std::vector<std::string> exclude;
  std::string report_dir;
  std::string cases;
  std::vector<std::string> subprotocols;
  double deadline = 0;  ///< 0: none
  double open_timeout = 4;
  double close_timeout = 1;
  double case_timeout = 60;
  Settle settle = Settle::kPing;
  Colour colour = Colour::kAuto;
  std::uint64_t messages = 0;  ///< of an exchange at the most; 0: as many as the case says
  Shard shard;
  JudgingFlags judging;
  bool verbose = false;
  bool trace = false;
  bool dry_run = false;
};

/// The catalogue that the options name, exchanges shortened as they say. Throws UsageError.
[[nodiscard]] std::vector<Case> load_cases(const RunOptions& options);

/// Adds them to a command. `options` outlives it.
void add_run_options(CLI::App& command, RunOptions& options);

[[nodiscard]] Duration from_seconds(double value);
[[nodiscard]] std::optional<Duration> deadline_of(const RunOptions& options);
[[nodiscard]] EngineOptions engine_options(const RunOptions& options);

/// A word as a shell takes it.
[[nodiscard]] std::string quoted(const std::string& word);

/// The flags, each with a blank before it, that make a case come out the same when it runs again.
[[nodiscard]] std::string rerun_flags(const RunOptions& options);

}  // namespace wsproof::conformance
