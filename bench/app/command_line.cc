// SPDX-License-Identifier: Apache-2.0
#include "bench/app/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <charconv>
#include <cstdint>

#include "bench/app/process_use.h"
#include "server/app/flags.h"
#include "server/app/help.h"

namespace wsproof::load {
namespace {

using std::chrono::milliseconds;

// The stamp of a message numbers its sender in 16 bits.
constexpr std::uint64_t kMostConnections = 1'000'000;
constexpr std::uint64_t kMostPublishers = 65'535;
constexpr std::uint64_t kMostSize = 16 * 1024 * 1024;
// What the generator itself may have to keep.
constexpr std::uint64_t kMostUnderWay = 4ULL << 30U;

constexpr const char* kDescription =
    "Loads a WebSocket server, and says how fast it answers and what that costs it.";

constexpr const char* kFooter =
    "Sizes are octets, or KiB and MiB with k and m: 64k. Durations are seconds, or milliseconds "
    "with ms: 2.5s, 500ms.\n\n"
    "Example: wsproof-load echo ws://127.0.0.1:8000/echo --connections 100 --depth 16\n\n"
    "Exit status: 0 when all went well, 1 when answers were wrong, 2 for wrong flags or files, "
    "3 when the server was not there, refused, closed or did not answer, 130 when interrupted. "
    "Results are printed and written in each case.";

void add_outputs(Flags& flags, Outputs& outputs) {
  flags.text("--json", "FILE", outputs.json_file,
             "results in Google Benchmark's layout, for merge too");
  flags.text("--hdr", "FILE", outputs.hdr_file, "latencies as HdrHistogram's percentile text");
  flags.text("--html", "FILE", outputs.html_file, "a page with plots");
  flags.flag("-q,--quiet", outputs.quiet, "print nothing but what went wrong");
}

void add_messages(Flags& flags, LoadOptions& load) {
  flags.add("--size", "SIZE", fmt::format("octets of a message [{}]", load.size),
            [&load](const std::string& value) {
              const auto size = parse_size(value);
              if (!size || *size > kMostSize) refuse("--size", value, "a size from 0 to 16m");
              load.size = static_cast<std::size_t>(*size);
            });
  flags.add("--content", "binary|text|mixed",
            "of the messages; mixed is text with code points of one to four octets [binary]",
            [&load](const std::string& value) {
              if (value == "binary") {
                load.content = Content::kBinary;
              } else if (value == "text") {
                load.content = Content::kText;
              } else if (value == "mixed") {
                load.content = Content::kMixed;
              } else {
                refuse("--content", value, "binary, text or mixed");
              }
            });
  flags.flag("--deflate", load.deflate, "offer permessage-deflate");
}

void add_rate(Flags& flags, LoadOptions& load, const std::string& what) {
  flags.add("--rate", "R",
            fmt::format("{} a second in all, whatever the server does (open loop); latencies count "
                        "from when each was due",
                        what),
            [&load](const std::string& value) {
              double rate = 0;
              const auto [end, fault] =
                  std::from_chars(value.data(), value.data() + value.size(), rate);
              if (fault != std::errc{} || end != value.data() + value.size() || !(rate > 0) ||
                  rate > 1e8) {
                refuse("--rate", value, "a number above 0 and up to 100 million");
              }
              load.rate = rate;
            });
}

void add_common(Flags& flags, LoadOptions& load) {
  flags.add("url", "URL", "ws://, wss://, or tcp:// for a bare echo of octets",
            [&load](const std::string& value) {
              auto target = parse_target(value);
              if (!target) throw UsageError(target.error());
              load.target = std::move(*target);
            });
  flags.number("--connections", load.connections, 1, kMostConnections,
               load.work == Work::kConnect || load.work == Work::kChurn ? "connections at a time"
                                                                        : "connections");
  flags.text("--label", "TEXT", load.label, "whom the results are of, instead of the URL");
  flags.duration("--warmup", "before it is measured; without it until the rate is steady",
                 [&load](milliseconds time) { load.warmup = time; });
  flags.duration("--duration", "how long it is measured [3s]", [&load](milliseconds time) {
    if (time.count() == 0) refuse("--duration", "0", "more than 0");
    load.duration = time;
  });
  flags.duration("--timeout", "for an answer [5s]", [&load](milliseconds time) {
    if (time.count() == 0) refuse("--timeout", "0", "more than 0");
    load.timeout = time;
  });
  flags.add("--server-pid", "PID", "the server's process: its CPU time and memory are told, too",
            [&load](const std::string& value) {
              const auto pid = parse_number(value, 1, INT32_MAX);
              if (!pid) refuse("--server-pid", value, "the number of a process");
              if (!cpu_seconds(static_cast<pid_t>(*pid))) {
                refuse("--server-pid", value, "a process that is there");
              }
              load.server_pid = static_cast<pid_t>(*pid);
            });
  flags.text("--ca", "FILE", load.ca_file, "certificates to trust with wss://, in PEM");
  flags.flag("--insecure", load.insecure, "with wss://, take any certificate");
}

struct Described {
  Work work;
  const char* name;
  const char* what;
};
constexpr std::array<Described, 5> kWorks = {{
    {Work::kEcho, "echo", "messages that come back as they were"},
    {Work::kBroadcast, "broadcast", "messages that reach every connection, complete and in order"},
    {Work::kConnect, "connect", "opening handshakes, each on a new connection"},
    {Work::kIdle, "idle", "connections that say nothing: memory for each, with --server-pid"},
    {Work::kChurn, "churn", "connections that come, have messages echoed, and go in good order"},
}};

void add_work(CLI::App& app, const Described& described, LoadCommand& command) {
  CLI::App* sub = app.add_subcommand(described.name, described.what);
  sub->footer(kFooter);
  LoadOptions& load = command.load;
  load.work = described.work;
  Flags flags(*sub);
  add_common(flags, load);
  switch (described.work) {
    case Work::kEcho:
      flags.number("--depth", load.depth, 1, 100'000,
                   "messages under way on each connection (closed loop)");
      add_rate(flags, load, "messages");
      add_messages(flags, load);
      break;
    case Work::kBroadcast:
      flags.number("--publishers", load.publishers, 1, kMostPublishers,
                   "of the connections: those who send");
      flags.number("--depth", load.depth, 1, 100'000,
                   "messages that each publisher sends at a time (closed loop)");
      add_rate(flags, load, "messages");
      add_messages(flags, load);
      break;
    case Work::kConnect:
      add_rate(flags, load, "handshakes");
      break;
    case Work::kIdle:
      flags.number("--connecting", load.connecting, 1, kMostConnections,
                   "connections that may be opening at a time");
      break;
    case Work::kChurn:
      flags.number("--messages", load.messages, 1, kMostConnections,
                   "that each connection has echoed");
      add_rate(flags, load, "connections");
      add_messages(flags, load);
      break;
  }
  add_outputs(flags, command.outputs);
}

void check(const LoadOptions& load) {
  if (load.target.url.empty()) throw UsageError("a URL is missing, such as ws://127.0.0.1:8000/");
  if (load.target.scheme == Target::Scheme::kTcp && load.work != Work::kEcho &&
      load.work != Work::kConnect) {
    throw UsageError(fmt::format("{}: tcp:// is for echo and connect only", load.target.url));
  }
  if (load.publishers > load.connections) {
    throw UsageError(fmt::format("--publishers {}: expected at most as many as --connections, {}",
                                 load.publishers, load.connections));
  }
  const std::uint64_t senders = load.work == Work::kBroadcast ? load.publishers : load.connections;
  const std::uint64_t receivers = load.work == Work::kBroadcast ? load.connections : 1;
  const bool is_closed_loop = load.rate <= 0;
  if (is_closed_loop && load.size * senders * receivers > kMostUnderWay / load.depth) {
    throw UsageError(fmt::format(
        "{} connections, --size {} and {} at a time: more than {} GiB would be under way",
        load.connections, load.size, load.depth, kMostUnderWay >> 30U));
  }
  if (load.work == Work::kBroadcast && load.size < Payload::kStampSize) {
    throw UsageError(fmt::format("--size {}: a broadcast needs room for its number, {} octets",
                                 load.size, Payload::kStampSize));
  }
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

std::variant<LoadCommand, MergeCommand, CommandLineEnd> parse_command_line(
    int argc, const char* const* argv) {
  CLI::App app(kDescription, "wsproof-load");
  fit_help(app);
  app.footer(kFooter);
  app.require_subcommand(1);
  app.set_version_flag("--version", "wsproof-load " WSPROOF_VERSION, "Print the version and end");
  app.set_help_flag("-h,--help", "Print this help and end");

  std::array<LoadCommand, kWorks.size()> loads;
  for (std::size_t i = 0; i < kWorks.size(); ++i) add_work(app, kWorks[i], loads[i]);
  MergeCommand merge;
  CLI::App* merging = app.add_subcommand(
      "merge", "results of several generators, as if of one; those of other labels stay apart");
  merging->add_option("files", merge.files, "what --json has written")->required();
  Flags merge_flags(*merging);
  add_outputs(merge_flags, merge.outputs);

  try {
    app.parse(argc, argv);
    if (merging->parsed()) return merge;
    for (std::size_t i = 0; i < kWorks.size(); ++i) {
      if (!app.got_subcommand(kWorks[i].name)) continue;
      check(loads[i].load);
      return std::move(loads[i]);
    }
  } catch (const CLI::Success& end) {
    return CommandLineEnd{
        0, end.get_name() == "CallForVersion" ? std::string(end.what()) + "\n" : app.help()};
  } catch (const CLI::ParseError& error) {
    return CommandLineEnd{2,
                          fmt::format("wsproof-load: {}; see --help\n", first_line(error.what()))};
  } catch (const UsageError& error) {
    return CommandLineEnd{2, fmt::format("wsproof-load: {}\n", error.what())};
  }
  return CommandLineEnd{2, "wsproof-load: nothing to do; see --help\n"};
}

}  // namespace wsproof::load
