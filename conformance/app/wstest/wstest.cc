// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/wstest/wstest.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "conformance/app/command_line.h"
#include "conformance/app/usage.h"
#include "conformance/app/wstest/modes.h"
#include "conformance/report/escape.h"
#include "server/app/help.h"

namespace wsproof::conformance::wstest {
namespace {

constexpr const char* kFooter =
    "Modes:\n"
    "  fuzzingclient    run the cases against the servers of a spec file\n"
    "  fuzzingserver    wait for clients that run the cases against themselves\n"
    "  testeeserver     a server to be tested: sends back what it is sent (-w)\n"
    "  testeeclient     a client to be tested: runs the cases of a fuzzingserver (-w)\n"
    "  echoserver       sends back what it is sent (-w)\n"
    "  echoclient       says hello every second and prints what comes back (-w)\n"
    "  broadcastserver  sends what it is sent to everyone (-w)\n"
    "  broadcastclient  prints what it is sent (-w)\n"
    "  massconnect      opens many connections to the servers of a spec file\n"
    "\n"
    "Examples:\n"
    "  wstest -m fuzzingclient -s fuzzingclient.json\n"
    "  wstest -m testeeserver -w ws://127.0.0.1:9001\n"
    "\n"
    "Exit status:\n"
    "  0    the run was completed, whatever its verdicts are\n"
    "  1    with --strict-exit or WSTEST_STRICT=1: a behaviour or a close in\n"
    "       index.json failed\n"
    "  2    wrong usage, a bad spec file, a folder that cannot be written, or no\n"
    "       case is selected\n"
    "  3    a server cannot be reached, or died during the run\n"
    "  130  interrupted by SIGINT, SIGTERM or SIGHUP; but a server's usual end is\n"
    "       such a signal, and its status 0";

struct Mode {
  std::string_view name;
  int (*run)(const Options&);
};

constexpr std::array kModes{
    Mode{"fuzzingclient", run_fuzzing_client},     Mode{"fuzzingserver", run_fuzzing_server},
    Mode{"testeeserver", run_echo_server},         Mode{"testeeclient", run_testee_client},
    Mode{"echoserver", run_echo_server},           Mode{"echoclient", run_visitor},
    Mode{"broadcastserver", run_broadcast_server}, Mode{"broadcastclient", run_visitor},
    Mode{"massconnect", run_mass_connect},
};

/// What Autobahn's wstest also has, for another protocol.
constexpr std::array<std::string_view, 6> kWampModes{"wampserver",       "wampclient",
                                                     "wamptesteeserver", "wamptesteeclient",
                                                     "wsperfcontrol",    "wsperfmaster"};

std::string mode_names() {
  std::string out;
  for (const Mode& mode : kModes) {
    out += (out.empty() ? "" : ", ") + std::string(mode.name);
  }
  return out;
}

int run_mode(const Options& options) {
  const auto* found = std::find_if(kModes.begin(), kModes.end(),
                                   [&](const Mode& mode) { return mode.name == options.mode; });
  if (found != kModes.end()) {
    return found->run(options);
  }
  if (options.mode.empty()) {
    throw UsageError("no mode given: name one with -m, one of " + mode_names());
  }
  if (options.mode.starts_with("wamp")) {
    throw UsageError(
        fmt::format("mode {}: WAMP is not spoken here, only WebSocket; there are the modes {}",
                    printable(options.mode), mode_names()));
  }
  if (std::find(kWampModes.begin(), kWampModes.end(), options.mode) != kWampModes.end()) {
    throw UsageError(fmt::format("mode {} does not exist here; there are the modes {}",
                                 options.mode, mode_names()));
  }
  throw UsageError(fmt::format("\"{}\" is not a mode; there are the modes {}",
                               printable(options.mode), mode_names()));
}

int complain(const std::string& sentence) {
  std::fprintf(stderr, "wstest: %s\n", printable_sentence(sentence).c_str());
  return exit_code::kUsage;
}

}  // namespace

bool is_name(std::string_view argument) {
  return argument.substr(argument.rfind('/') + 1) == "wstest";
}

int run(int argc, char** argv) {
  CLI::App app("Autobahn's test tool by another's hand: its flags, spec files and reports",
               "wstest");
  try {
    fit_help(app);
    Options options;
    std::string outfile;
    bool debug = false;
    const char* strict = std::getenv("WSTEST_STRICT");  // NOLINT(concurrency-mt-unsafe): one thread
    options.strict_exit = strict != nullptr && std::string_view(strict) == "1";
    app.add_option("-m,--mode", options.mode, "What to do; see below");
    app.add_option("-s,--spec", options.spec,
                   "Spec file; by itself MODE.json. A missing one is written with defaults");
    app.add_option("-w,--wsuri", options.url, "ws:// URL to connect to, or to listen at");
    app.add_option("-u,--webport", options.web_port,
                   "Port of the page for browsers, of fuzzingserver, echoserver and "
                   "broadcastserver; 0: no page")
        ->check(CLI::Range(0, 65535))
        ->capture_default_str();
    app.add_option("-i,--ident", options.ident, "Name of this end: agent, or Server field");
    app.add_option("-k,--key", options.key,
                   "File with the private key in PEM, for a server at wss://");
    app.add_option("-c,--cert", options.certificate,
                   "File with the certificate in PEM, for a server at wss://");
    app.add_option("-o,--outfile", outfile, "Accepted; has no effect");
    app.add_flag("-d,--debug", debug, "Accepted; what went over the wire is in the reports");
    app.add_option("--jobs,-j", options.jobs, "Cases at a time")
        ->check(CLI::Range(1, 512))
        ->capture_default_str();
    app.add_flag("--strict-exit", options.strict_exit, "Exit 1 where a case failed");
    app.set_version_flag("--version,-a,--autobahnversion", "wstest " WSPROOF_VERSION " (wsproof)");
    app.footer(kFooter);
    refuse_empty_values(app);
    app.parse(argc, argv);
    std::vector<std::string> warnings;
    if (!outfile.empty()) {
      warnings.emplace_back("-o has no effect: no mode here writes a single file");
    }
    if (debug) {
      warnings.emplace_back("-d has no effect: what went over the wire is in the reports");
    }
    warn(warnings);
    return run_mode(options);
  } catch (const CLI::Success& success) {
    return app.exit(success);  // --help, --version
  } catch (const CLI::ParseError& error) {
    return complain(std::string(error.what()) + "; wstest --help tells more");
  } catch (const std::exception& error) {
    return complain(error.what());
  }
}

}  // namespace wsproof::conformance::wstest
