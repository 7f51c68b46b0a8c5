// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/app/wstest/pattern.h"
#include "conformance/catalogue/case.h"
#include "conformance/runner/target.h"

/// The spec files of Autobahn's wstest, as they are found in other projects.
namespace wsproof::conformance::wstest {

/// Which cases run.
struct CaseChoice {
  std::string file;  ///< that says so
  std::vector<std::string> cases{"*"};
  std::vector<std::string> exclude;
  AgentExclusions exclude_for_agents;
};

struct ServerSpec {
  Target target;
  std::string agent;  ///< empty: its Server field
  std::string origin;
  std::vector<std::string> protocols;
};

/// Of mode fuzzingclient.
struct FuzzingClientSpec {
  std::string outdir = "./reports/servers";
  std::vector<ServerSpec> servers;
  CaseChoice choice;
};

/// Of mode fuzzingserver.
struct FuzzingServerSpec {
  Target url;
  std::string outdir = "./reports/clients";
  CaseChoice choice;
  std::vector<std::string> protocols;
  std::string key;
  std::string certificate;
};

/// Of mode massconnect.
struct MassConnectSpec {
  struct Server {
    std::string name;
    Target target;
  };
  std::vector<Server> servers;
  std::uint32_t connections = 1000;
  std::uint32_t batch_size = 500;
  Duration batch_delay{1000};
  Duration retry_delay{200};
};

/// Reads a spec file. Throws UsageError with file, line and JSON pointer: not JSON, not an object,
/// a member of the wrong type. What is unknown or cannot be done here is told in `warnings`, one
/// sentence for each.
[[nodiscard]] FuzzingClientSpec read_fuzzing_client(const std::string& file, std::string_view text,
                                                    std::vector<std::string>& warnings);
[[nodiscard]] FuzzingServerSpec read_fuzzing_server(const std::string& file, std::string_view text,
                                                    std::vector<std::string>& warnings);
[[nodiscard]] MassConnectSpec read_mass_connect(const std::string& file, std::string_view text,
                                                std::vector<std::string>& warnings);

/// The cases that a spec chooses, in the catalogue's order; of Autobahn's families, 1 to 13, only.
/// Throws UsageError for a pattern of `cases` that names no case, and where nothing is left; tells
/// a pattern of `exclude-cases` that names none in `warnings`.
[[nodiscard]] std::vector<const Case*> choose_cases(const std::vector<Case>& catalogue,
                                                    const CaseChoice& choice,
                                                    std::vector<std::string>& warnings);

}  // namespace wsproof::conformance::wstest
