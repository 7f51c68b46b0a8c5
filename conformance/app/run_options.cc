// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/run_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include "conformance/app/choice.h"
#include "conformance/app/selection.h"
#include "conformance/app/shard_option.h"
#include "conformance/catalogue/shorten.h"
#include "conformance/report/escape.h"
#include "server/protocol/http_text.h"

namespace wsproof::conformance {

Duration from_seconds(double value) {
  return Duration(static_cast<Duration::rep>(std::llround(value * 1000)));
}

std::optional<Duration> deadline_of(const RunOptions& options) {
  return options.deadline > 0 ? std::optional(from_seconds(options.deadline)) : std::nullopt;
}

std::vector<Case> load_cases(const RunOptions& options) {
  std::vector<Case> out = load_cases(options.cases);
  if (options.messages > 0) {
    shorten_exchanges(out, options.messages);
  }
  return out;
}

EngineOptions engine_options(const RunOptions& options) {
  EngineOptions out;
  out.subprotocols = options.subprotocols;
  out.settle = options.settle;
  out.open_timeout = from_seconds(options.open_timeout);
  out.close_timeout = from_seconds(options.close_timeout);
  out.case_timeout = from_seconds(options.case_timeout);
  return out;
}

std::string quoted(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._/:=@%+,[]").find(c) != std::string_view::npos;
  });
  if (plain && word.find('[') == std::string::npos) {
    return word;
  }
  std::string out = "'";
  for (const char c : word) {
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return out + "'";
}

std::string rerun_flags(const RunOptions& options) {
  const RunOptions usual;
  std::string out;
  const auto add = [&](const char* flag, const std::string& value) {
    out += fmt::format(" {} {}", flag, quoted(value));
  };
  if (!options.cases.empty()) {
    add("--cases", options.cases);
  }
  for (const std::string& subprotocol : options.subprotocols) {
    add("--subprotocol", subprotocol);
  }
  if (options.settle == Settle::kWait) {
    add("--settle", "wait");
  }
  if (options.open_timeout != usual.open_timeout) {
    add("--open-timeout", fmt::format("{}", options.open_timeout));
  }
  if (options.close_timeout != usual.close_timeout) {
    add("--close-timeout", fmt::format("{}", options.close_timeout));
  }
  if (options.case_timeout != usual.case_timeout) {
    add("--case-timeout", fmt::format("{}", options.case_timeout));
  }
  if (options.messages != usual.messages) {
    add("--messages", std::to_string(options.messages));
  }
  return out;
}

void add_run_options(CLI::App& command, RunOptions& options) {
  command.add_option("--exclude", options.exclude, "Leave these cases out (may be given again)")
      ->allow_extra_args(false);
  command.add_option("--cases", options.cases, "Read case files from this folder");
  command.add_option("--report-dir", options.report_dir,
                     "Write the reports here: wsproof.json, index.html, junit.xml, summary.md, "
                     "badge.json, Autobahn's index.json and case files");
  add_shard_option(command, options.shard);
  command.add_option("--deadline", options.deadline, "Seconds for the whole run")
      ->check(CLI::Range(0.001, 864000.0));
  command.add_option("--open-timeout", options.open_timeout, "Seconds for an opening handshake")
      ->check(CLI::Range(0.01, 3600.0))
      ->capture_default_str();
  command
      .add_option("--close-timeout", options.close_timeout,
                  "Seconds for the answer to a Close, and again for the end of TCP")
      ->check(CLI::Range(0.01, 3600.0))
      ->capture_default_str();
  command.add_option("--case-timeout", options.case_timeout, "Seconds for a case at the most")
      ->check(CLI::Range(0.01, 86400.0))
      ->capture_default_str();
  command
      .add_option("--messages", options.messages,
                  "Messages at the most in cases that send many one at a time (9.7, 9.8, 12, 13)")
      ->check(CLI::Range(1, 1'000'000));
  command
      .add_option("--settle", options.settle,
                  "How waits end: ping, when a pong shows that all was read; wait, never early")
      ->transform(choice<Settle>({{"ping", Settle::kPing}, {"wait", Settle::kWait}}))
      ->option_text("ping|wait");
  command
      .add_option("--subprotocol", options.subprotocols,
                  "Subprotocol to offer, or to accept from clients (may be given again)")
      ->check([](const std::string& name) {
        return is_token(name) ? std::string()
                              : "\"" + printable(name) + "\" is no token of RFC 9110";
      })
      ->allow_extra_args(false);
  add_judging_flags(command, options.judging);
  command.add_flag("--verbose,-v", options.verbose, "A line for every case; failures in full");
  command.add_flag("--trace", options.trace,
                   "Failures in full, with all that went over the wire, and when");
  command.add_flag("--dry-run", options.dry_run, "Only show which cases would run");
  command.add_option("--color,--colour", options.colour, "Colour the output")
      ->transform(choice<Colour>(
          {{"auto", Colour::kAuto}, {"always", Colour::kAlways}, {"never", Colour::kNever}}))
      ->option_text("auto|always|never");
}

}  // namespace wsproof::conformance
