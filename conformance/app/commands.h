// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace wsproof::conformance {

/// Each adds its subcommand to the program. When it has been chosen, it runs within app.parse() and
/// sets `status` to what the process returns; it throws UsageError. `program` is what stood behind
/// -- on the command line, and outlives `app`.
void add_server_command(CLI::App& app, const std::vector<std::string>& program, int& status);
void add_client_command(CLI::App& app, const std::vector<std::string>& program, int& status);
void add_list_command(CLI::App& app, int& status);
void add_explain_command(CLI::App& app, int& status);
void add_baseline_command(CLI::App& app, int& status);
void add_report_command(CLI::App& app, int& status);
void add_export_corpus_command(CLI::App& app, int& status);

}  // namespace wsproof::conformance
