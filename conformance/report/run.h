// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/catalogue/case.h"
#include "conformance/engine/result.h"

namespace wsproof::conformance {

/// One endpoint under test and what its cases came to.
struct AgentRun {
  std::string agent;   ///< name in reports: given, or the Server field, or "UnknownServer"
  std::string target;  ///< URL or command
  /// The command line that runs this target again in the same way; ids of cases are put behind it,
  /// or before a " -- " where it has one.
  std::string rerun;
  std::vector<CaseResult> results;  ///< ordered by id
  std::chrono::microseconds duration{};
  enum class End : std::uint8_t { kComplete, kUnreachable, kDied, kDeadline, kInterrupted };
  End end = End::kComplete;
  std::string end_reason;  ///< a sentence where end is not kComplete
  /// Of a program that we started and that ended by itself: the last lines that it printed.
  std::vector<std::string> program_output;
};

/// One part of a set of cases that is divided over several runs: "2/4" is the second of four.
struct Shard {
  std::size_t number = 1;
  std::size_t of = 1;  ///< 1: the whole
};
inline constexpr std::size_t kMostShards = 1000;

/// A finished run: all that the reports are made from. Pure data. Times in its results count from
/// `started`.
struct Run {
  std::string version;  ///< of wsproof
  Role peer = Role::kServer;
  std::chrono::system_clock::time_point started{};
  std::chrono::microseconds duration{};
  std::vector<const Case*> cases;  ///< that were selected, ordered by id
  std::vector<AgentRun> agents;
  /// --messages: how many messages an exchange had at the most; nothing: as many as the cases say.
  std::optional<std::uint64_t> messages;
  Shard shard;  ///< --shard: the part of the cases that this run is about
};

/// Whether the result counts against its run: the exit status, and what a report calls a failure.
[[nodiscard]] bool is_unexpected(const CaseResult& result);

/// Whether the run ended before the case did, so that its failure is none of the endpoint's. Where
/// the run came to its end, a case that could not run was found out, and failed.
[[nodiscard]] bool was_not_run(const AgentRun& run, const CaseResult& result);

/// The word that people read: the verdict's name, or "NOT RUN".
[[nodiscard]] const char* verdict_word(const AgentRun& run, const CaseResult& result);

/// How many cases came to each verdict; `not_run` is what a run that ended early did not come to,
/// and that therefore is no failure of the endpoint. `total` is their sum. Of those, how many
/// counted against the run, how many did not pass and were expected to, and how many the level let
/// go.
struct Counts {
  int total = 0, passed = 0, non_strict = 0, informational = 0, unsupported = 0, failed = 0;
  int not_run = 0;
  int unexpected = 0, as_expected = 0, tolerated = 0;
};
[[nodiscard]] Counts count(const AgentRun& run);

/// Of a run that came to its end with every case UNSUPPORTED, the sentence that says so; else
/// empty.
[[nodiscard]] std::string nothing_proven(const AgentRun& run);
/// Whether that counts against the run: nobody expected it of all the cases, and the run is no
/// shard, the others of which may prove something.
[[nodiscard]] bool is_unproven(const Run& run, const AgentRun& agent);

/// What the agent's cases came to, or null where it did not have that one.
[[nodiscard]] const CaseResult* find_result(const AgentRun& agent, const std::string& id);
/// How many of the run's cases the agent did not have: runs of several files may differ in that.
[[nodiscard]] std::size_t cases_not_had(const Run& run, const AgentRun& agent);

/// The case of that id among the run's, or null.
[[nodiscard]] const Case* find_case(const Run& run, const std::string& id);

}  // namespace wsproof::conformance
