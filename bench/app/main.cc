// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "bench/app/command_line.h"
#include "bench/app/load_run.h"
#include "bench/app/output_files.h"
#include "bench/app/process_use.h"
#include "bench/app/result_json.h"
#include "bench/app/result_reader.h"
#include "bench/load/html_report.h"
#include "bench/load/result.h"
#include "bench/load/text_report.h"
#include "server/transport/file_text.h"
#include "server/transport/signal_watcher.h"
#include "server/transport/standard_streams.h"
#include "server/transport/tls_context.h"

namespace {

using wsproof::load::LoadCommand;
using wsproof::load::LoadSettings;
using wsproof::load::MergeCommand;
using wsproof::load::Outputs;
using wsproof::load::Result;
using wsproof::load::Target;

constexpr int kWrongAnswers = 1;
constexpr int kUsage = 2;
constexpr int kTarget = 3;
constexpr int kInterrupted = 130;
// Loop, standard streams, files, and whatever libraries open for themselves.
constexpr std::uint64_t kOtherDescriptors = 64;

struct BadFile : std::runtime_error {
  using std::runtime_error::runtime_error;
};

void tell(const std::string& sentence) {
  std::fputs(fmt::format("wsproof-load: {}\n", sentence).c_str(), stderr);
}

/// Before a run that would be in vain.
void check_files(const Outputs& outputs) {
  std::set<std::string> files;
  for (const std::string& file : {outputs.json_file, outputs.hdr_file, outputs.html_file}) {
    if (file.empty()) continue;
    if (!files.insert(file).second) {
      throw BadFile(file + ": is named by two of --json, --hdr and --html");
    }
    if (const auto why = wsproof::load::why_unwritable(file)) throw BadFile(*why);
  }
}

std::string load(const std::string& file) {
  auto text = wsproof::read_file(file);
  if (!text) throw BadFile(fmt::format("{}: cannot be read: {}", file, text.error()));
  return std::move(*text);
}

/// Also of a run that went wrong. The status that the results lead to.
int deliver(const std::vector<Result>& results, const Outputs& outputs) {
  int status = 0;
  wsproof::load::Histogram all;
  for (const Result& result : results) {
    const bool is_bad = !result.failures.empty();
    if (is_bad || !outputs.quiet) {
      std::fputs(text_report(result).c_str(), is_bad ? stderr : stdout);
    }
    all.merge(result.latency);
    if (result.failures.empty()) continue;
    status = result.wrong_answers > 0 ? kWrongAnswers : kTarget;
  }
  std::vector<std::pair<std::string, std::string>> files;
  if (!outputs.json_file.empty()) files.emplace_back(outputs.json_file, to_json(results));
  if (!outputs.hdr_file.empty()) files.emplace_back(outputs.hdr_file, hdr_report(all));
  if (!outputs.html_file.empty()) files.emplace_back(outputs.html_file, html_report(results));
  const std::vector<std::string> failed = wsproof::load::write_files(files);
  std::ranges::for_each(failed, tell);
  return status == 0 && !failed.empty() ? kUsage : status;
}

int run(const LoadCommand& command) {
  check_files(command.outputs);
  const auto& options = command.load;
  LoadSettings settings;
  settings.target = options.target;
  settings.handshake.host = options.target.authority;
  settings.handshake.resource = options.target.resource;
  settings.handshake.deflate.enabled = options.deflate;
  settings.session.deflate = settings.handshake.deflate;
  settings.session.limits.handshake_timeout = options.timeout;
  settings.session.limits.close_timeout = options.timeout;
  if (options.target.scheme == Target::Scheme::kWss) {
    auto tls = wsproof::TlsContext::client({options.ca_file, !options.insecure});
    if (!tls) throw BadFile(tls.error());
    settings.tls = std::move(*tls);
  }
  if (const auto fault =
          wsproof::load::raise_descriptor_limit(options.connections + kOtherDescriptors)) {
    throw BadFile(fmt::format("--connections {}: {}", options.connections, *fault));
  }
  wsproof::Loop loop;
  const auto work = make_run(loop, options, settings);
  bool interrupted = false;
  const auto interrupt = [&] {
    interrupted = true;
    work->interrupt();
  };
  const wsproof::SignalWatcher on_interrupt(loop, SIGINT, interrupt);
  const wsproof::SignalWatcher on_end(loop, SIGTERM, interrupt);
  const int status = deliver({work->run()}, command.outputs);
  if (!interrupted) return status;
  tell("interrupted: the results are of what came before");
  return status == 0 ? kInterrupted : status;
}

int merge(const MergeCommand& command) {
  check_files(command.outputs);
  std::vector<Result> all;
  for (std::size_t i = 0; i < command.files.size(); ++i) {
    const std::string& file = command.files[i];
    std::error_code error;
    const bool twice = std::any_of(
        command.files.begin(), command.files.begin() + static_cast<std::ptrdiff_t>(i),
        [&](const std::string& other) { return std::filesystem::equivalent(other, file, error); });
    if (twice) throw BadFile(file + ": is given twice, and would count twice");
    auto results = wsproof::load::from_json(load(file));
    if (!results) throw BadFile(file + ": " + results.error());
    for (Result& result : *results) {
      const auto same = std::ranges::find_if(all, [&result](const Result& other) {
        return other.name == result.name && other.label == result.label;
      });
      if (same == all.end()) {
        all.push_back(std::move(result));
      } else {
        merge(*same, result);
      }
    }
  }
  return deliver(all, command.outputs);
}

int run(int argc, char** argv) {
  const auto parsed = wsproof::load::parse_command_line(argc, argv);
  try {
    if (const auto* end = std::get_if<wsproof::load::CommandLineEnd>(&parsed)) {
      std::fputs(end->text.c_str(), end->status == 0 ? stdout : stderr);
      return end->status;
    }
    if (const auto* command = std::get_if<MergeCommand>(&parsed)) return merge(*command);
    return run(std::get<LoadCommand>(parsed));
  } catch (const BadFile& error) {
    tell(error.what());
    return kUsage;
  } catch (const std::exception& error) {
    tell(error.what());
    return 1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  wsproof::open_standard_descriptors();
  const int status = run(argc, argv);
  if (wsproof::flush_standard_output()) return status;
  std::fputs("wsproof-load: standard output could not be written\n", stderr);
  return status == 0 ? kUsage : status;
}
