// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/runner/runner.h"

namespace wsproof::conformance::wstest {

/// The command line.
struct Options {
  std::string mode;
  std::string spec;  ///< empty: the mode's name and ".json" in the working folder
  std::string url;
  std::uint16_t web_port = 8080;  ///< 0: no page

  std::string ident;
  std::string key;
  std::string certificate;
  bool strict_exit = false;
  std::size_t jobs = kDefaultJobs;
};

/// The modes. Each runs to its end and gives the exit status; throws UsageError.
[[nodiscard]] int run_fuzzing_client(const Options& options);
[[nodiscard]] int run_fuzzing_server(const Options& options);
[[nodiscard]] int run_echo_server(const Options& options);  ///< and testeeserver
[[nodiscard]] int run_broadcast_server(const Options& options);
[[nodiscard]] int run_testee_client(const Options& options);
[[nodiscard]] int run_visitor(const Options& options);  ///< echoclient, broadcastclient
[[nodiscard]] int run_mass_connect(const Options& options);

/// A spec file's name and text.
struct SpecFile {
  std::string name;
  std::string text;
};

/// Reads the spec file. One that does not exist is written with these defaults, and that is said.
/// Throws UsageError.
[[nodiscard]] SpecFile load_spec(const Options& options, std::string_view defaults);

/// A line for scripts and people: it leaves at once.
void say(const std::string& line);

/// Each sentence on a line of standard error, but none twice.
void warn(const std::vector<std::string>& sentences);

/// By Autobahn's own layer of verdicts: whether index.json has a behaviour or a close that is a
/// failure.
[[nodiscard]] bool has_failure(const Run& run);

}  // namespace wsproof::conformance::wstest
