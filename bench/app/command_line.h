// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "bench/app/load_options.h"

namespace wsproof::load {

/// wsproof-load echo, broadcast, connect, idle or churn.
struct LoadCommand {
  LoadOptions load;
  Outputs outputs;
};

/// wsproof-load merge: results of earlier runs.
struct MergeCommand {
  std::vector<std::string> files;
  Outputs outputs;
};

/// What is printed instead: help, version (status 0), or what is wrong (status 2).
struct CommandLineEnd {
  int status = 0;
  std::string text;
};

/// A bad flag is one sentence that names flag and value.
[[nodiscard]] std::variant<LoadCommand, MergeCommand, CommandLineEnd> parse_command_line(
    int argc, const char* const* argv);

}  // namespace wsproof::load
