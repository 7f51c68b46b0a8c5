// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "conformance/app/report_folder.h"
#include "conformance/app/selection.h"
#include "conformance/app/terminal.h"
#include "conformance/app/usage.h"
#include "conformance/app/wstest/modes.h"
#include "conformance/app/wstest/sockets.h"
#include "conformance/app/wstest/spec.h"
#include "conformance/report/console.h"
#include "conformance/runner/client_run.h"
#include "conformance/runner/interrupts.h"
#include "server/transport/loop.h"
#include "server/transport/tls_context.h"

namespace wsproof::conformance::wstest {
namespace {

constexpr std::string_view kDefaults = R"({
   "url": "ws://127.0.0.1:9001",
   "outdir": "./reports/clients",
   "cases": ["*"],
   "exclude-cases": [],
   "exclude-agent-cases": {}
}
)";

/// Serves the cases to whoever comes, until it is told to end.
class FuzzingServer final : private ClientRunObserver {
 public:
  FuzzingServer(const Options& options, const FuzzingServerSpec& spec,
                std::vector<const Case*> cases, const ReportFolder& folder)
      : options_(options),
        folder_(folder),
        run_options_(options_for(options, spec, std::move(cases))),
        interrupts_(loop_, [this](const char* /*signal*/) { loop_.stop(); }),
        run_(loop_, clock_, run_options_, *this) {}

  int serve() {
    if (const auto listening = run_.listen(); !listening) {
      throw UsageError(listening.error().message);
    }
    say(fmt::format("Ok, will run {} test cases for any clients connecting",
                    run_options_.cases.size()));
    say(fmt::format("Listening on {}", run_.url()));
    if (run_options_.page) {
      open_web_port();
    }
    loop_.run();
    run_.stop("the server was ended");
    run_.count_lost();
    const bool written = write();
    if (!written) {
      return exit_code::kUsage;
    }
    return options_.strict_exit && has_failure(outcome()) ? exit_code::kUnexpected
                                                          : exit_code::kAsExpected;
  }

 private:
  void open_web_port() {
    const auto page_at = [this](std::uint16_t port) {
      return fmt::format("http{}/", run_.url_at(port).substr(2));
    };
    std::uint16_t port = run_.port();
    if (options_.web_port != port) {
      if (const auto opened = run_.listen_also(options_.web_port)) {
        port = options_.web_port;
      } else {
        warn({no_web_port(options_, opened.error().message)});
      }
    }
    say("Page for browsers at " + page_at(port));
  }

  static ClientRunOptions options_for(const Options& options, const FuzzingServerSpec& spec,
                                      std::vector<const Case*> cases) {
    ClientRunOptions out;
    out.host = spec.url.host;
    out.port = spec.url.port;
    out.cases = std::move(cases);
    out.engine.subprotocols = spec.protocols;
    out.engine.settle = Settle::kWait;
    if (spec.url.secure) {
      auto tls = TlsContext::server(spec.certificate, spec.key);
      if (!tls) {
        throw UsageError(tls.error());
      }
      out.tls = std::move(*tls);
    }
    out.page = options.web_port != 0;
    out.excluded = [&spec](const std::string& agent, const Case& test_case) {
      return is_excluded(spec.choice.exclude_for_agents, agent, test_case.id);
    };
    return out;
  }

  void on_case_started(const Case& test_case, const std::string& agent,
                       const std::string& peer) override {
    const char* const kind = peer.starts_with('[') ? "tcp6" : "tcp4";
    say(fmt::format("Running test case ID {} for agent {} from peer {}:{}", test_case.id, agent,
                    kind, peer));
  }
  void on_case_skipped(const Case& test_case, const std::string& agent) override {
    say(fmt::format("Skipping test case ID {} for agent {}, as exclude-agent-cases says",
                    test_case.id, agent));
  }
  void on_update_reports(const std::string& agent) override {
    say(fmt::format("Updating reports, as agent {} asks", agent));
    write();
  }
  void on_stop_requested() override { loop_.stop(); }
  void on_complaint(const std::string& sentence) override { warn({sentence}); }

  [[nodiscard]] Run outcome() const {
    Run run;
    run.version = WSPROOF_VERSION;
    run.peer = Role::kClient;
    run.started = started_;
    run.duration = clock_.now();
    run.cases = run_options_.cases;
    run.agents = run_.book().runs();
    return run;
  }

  bool write() {
    if (run_.book().agents().empty()) {
      return true;  // nobody came: what earlier runs left stays
    }
    const std::vector<std::string> failures = folder_.write(outcome());
    warn(failures);
    return failures.empty();
  }

  const Options& options_;
  const ReportFolder& folder_;
  const ClientRunOptions run_options_;
  const std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
  Loop loop_;
  Clock clock_;
  Interrupts interrupts_;
  ClientRun run_;
};

}  // namespace

int run_fuzzing_server(const Options& options) {
  const SpecFile file = load_spec(options, kDefaults);
  std::vector<std::string> warnings;
  FuzzingServerSpec spec = read_fuzzing_server(file.name, file.text, warnings);
  if (!options.url.empty()) {
    auto target = parse_target(options.url);
    if (!target) {
      throw UsageError(target.error());
    }
    spec.url = std::move(*target);
  }
  if (!options.key.empty()) {
    spec.key = options.key;
  }
  if (!options.certificate.empty()) {
    spec.certificate = options.certificate;
  }
  check_pair(spec.url, spec.key, spec.certificate, warnings);
  hold_interrupts();
  const std::vector<Case> catalogue = load_cases("");
  std::vector<const Case*> cases = choose_cases(catalogue, spec.choice, warnings);
  cases.erase(
      std::remove_if(cases.begin(), cases.end(), [](const Case* one) { return !one->for_clients; }),
      cases.end());
  if (cases.empty()) {
    throw UsageError("no case is selected: those that were asked for are for servers only");
  }
  warn(warnings);
  const ReportFolder folder(spec.outdir);
  return FuzzingServer(options, spec, std::move(cases), folder).serve();
}

}  // namespace wsproof::conformance::wstest
