// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/app/command_line.h"
#include "conformance/app/commands.h"
#include "conformance/app/usage.h"
#include "conformance/app/wstest/wstest.h"
#include "conformance/report/escape.h"
#include "server/app/help.h"
#include "server/transport/standard_streams.h"

namespace {

namespace exit_code = wsproof::conformance::exit_code;
using wsproof::fit_help;
using wsproof::conformance::add_baseline_command;
using wsproof::conformance::add_client_command;
using wsproof::conformance::add_explain_command;
using wsproof::conformance::add_export_corpus_command;
using wsproof::conformance::add_list_command;
using wsproof::conformance::add_report_command;
using wsproof::conformance::add_server_command;
using wsproof::conformance::printable_sentence;
using wsproof::conformance::refuse_empty_values;
using wsproof::conformance::UsageError;

constexpr const char* kFooter =
    "Examples:\n"
    "  wsproof server ws://127.0.0.1:9001/\n"
    "  wsproof client -- ./echo_client {url}\n"
    "\n"
    "Exit status:\n"
    "  0    every case came out as it should, or as --expect says\n"
    "  1    a case failed (with --strict: or is NON-STRICT), an expected failure\n"
    "       passes now, or nothing was proven: all cases are UNSUPPORTED\n"
    "  2    wrong usage, a bad file, a report that cannot be written, or no case is\n"
    "       selected\n"
    "  3    the server cannot be reached, no client came, or one of them died during\n"
    "       the run or left cases out\n"
    "  4    the deadline for the whole run was reached\n"
    "  130  interrupted by SIGINT, SIGTERM or SIGHUP\n"
    "Reports are written in the cases of 1, 3, 4 and 130, too.";

constexpr const char* kName =
    "name a command: server, client, list, explain, report, baseline, export-corpus or wstest; "
    "wsproof --help tells more";

/// "wsproof server --help", where the command line has come as far as that.
std::string help_of(const CLI::App& app) {
  std::string out = app.get_name();
  for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    out += ' ' + at->get_name();
  }
  return out + " --help";
}

int complain(const char* what) {
  std::fprintf(stderr, "wsproof: %s\n", printable_sentence(what).c_str());
  return exit_code::kUsage;
}

/// Takes what stands behind -- away from the command line: the program that server or client start.
std::vector<std::string> take_program(int& argc, char** argv) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command != "server" && command != "client") {
    return {};
  }
  for (int i = 2; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--") {
      std::vector<std::string> program(argv + i + 1, argv + argc);
      if (program.empty()) {
        throw UsageError("no command stands behind --");
      }
      if (program.front().empty()) {
        throw UsageError("the command behind -- begins with an empty word");
      }
      argc = i;
      return program;
    }
  }
  return {};
}

int run(int argc, char** argv) {
  CLI::App app("Proves WebSocket implementations against RFC 6455 and RFC 7692", "wsproof");
  int status = exit_code::kUsage;
  try {
    // A stray word is then named; that there is no word at all is said below.
    app.require_subcommand(0, 1);
    app.set_version_flag("--version", "wsproof " WSPROOF_VERSION);
    app.footer(kFooter);
    fit_help(app);
    const std::vector<std::string> program = take_program(argc, argv);
    add_server_command(app, program, status);
    add_client_command(app, program, status);
    add_list_command(app, status);
    add_explain_command(app, status);
    add_baseline_command(app, status);
    add_report_command(app, status);
    add_export_corpus_command(app, status);
    refuse_empty_values(app);
    app.parse(argc, argv);
    if (app.get_subcommands().empty()) {
      throw UsageError(kName);
    }
    return status;
  } catch (const CLI::Success& success) {
    return app.exit(success);  // --help, --version
  } catch (const CLI::ParseError& error) {
    if (app.get_subcommands().empty() && argc > 1 && argv[1][0] != '-') {
      const std::string what = '"' + std::string(argv[1]) + "\" is no command; " + kName;
      return complain(what.c_str());
    }
    const std::string what = std::string(error.what()) + "; " + help_of(app) + " tells more";
    return complain(what.c_str());
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    return complain(error.what());
  }
}

int run_either(int argc, char** argv) {
  namespace wstest = wsproof::conformance::wstest;
  try {
    // By its other name, and by `wsproof wstest ...`.
    if (argc > 0 && wstest::is_name(argv[0])) {
      return wstest::run(argc, argv);
    }
    if (argc > 1 && std::string_view(argv[1]) == "wstest") {
      return wstest::run(argc - 1, argv + 1);
    }
    return run(argc, argv);
  } catch (...) {
    std::fputs("wsproof: out of memory\n", stderr);  // all that can be left over
    return exit_code::kUsage;
  }
}

}  // namespace

int main(int argc, char** argv) {
  wsproof::open_standard_descriptors();
  const int status = run_either(argc, argv);
  if (wsproof::flush_standard_output()) {
    return status;
  }
  std::fputs("wsproof: standard output could not be written\n", stderr);
  return status == exit_code::kAsExpected ? exit_code::kUsage : status;
}
