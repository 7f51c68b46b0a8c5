// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>

#include "server/app/server.h"

namespace wsproof {

/// What wsproofd was asked to do.
struct DaemonOptions {
  ServerOptions server;
  std::string save_certificate;  ///< file for the certificate that was made; empty: none
  bool quiet = false;
};

/// What is printed instead of running: help, version (status 0), or what is wrong (status 2).
struct CommandLineEnd {
  int status = 0;
  std::string text;
};

/// Reads the flags of wsproofd. A bad one is one sentence that names flag and value.
[[nodiscard]] std::variant<DaemonOptions, CommandLineEnd> parse_command_line(
    int argc, const char* const* argv);

}  // namespace wsproof
