// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/report/run.h"

namespace wsproof::conformance {

/// A run that was read from a file.
struct NamedRun {
  std::string file;
  Run run;
};

struct MergedRun {
  Run run;
  /// What had to be decided, a sentence each: cases that are in two files.
  std::vector<std::string> notes;
};

struct MergeOptions {
  /// Agents of one name are one endpoint, whatever their targets are.
  bool by_name = false;
};

/// One run of several. Results of agents with the same name and the same target are joined: they
/// are shards. Others stand side by side; of the same name, the second gets "-2" behind it. Where
/// two files have a result of the same case of the same agent, one that ran is kept rather than one
/// that did not, and otherwise the worse. The error is a sentence: runs of servers and of clients
/// do not mix, and the shards of an agent must be all there, each once. The result points to the
/// cases of the runs given.
[[nodiscard]] tl::expected<MergedRun, std::string> merge_runs(std::vector<NamedRun> runs,
                                                              const MergeOptions& options = {});

}  // namespace wsproof::conformance
