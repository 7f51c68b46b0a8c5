// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>

#include "conformance/app/terminal.h"
#include "conformance/app/usage.h"
#include "conformance/app/wstest/modes.h"
#include "conformance/report/escape.h"
#include "server/transport/file_text.h"

namespace wsproof::conformance::wstest {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

void write_defaults(const std::string& name, std::string_view defaults) {
  errno = 0;
  std::ofstream out(name, std::ios::binary);
  out << defaults;
  out.close();
  if (!out) {
    throw UsageError(
        fmt::format("cannot write the missing spec file {}: {}", printable(name), reason(errno)));
  }
  say(fmt::format("The spec file {} does not exist; it was written with default values",
                  printable(name)));
}

}  // namespace

SpecFile load_spec(const Options& options, std::string_view defaults) {
  SpecFile file;
  file.name = options.spec.empty() ? options.mode + ".json" : options.spec;
  std::error_code error;
  if (!std::filesystem::exists(file.name, error) && !error) {
    write_defaults(file.name, defaults);
  }
  auto text = read_file(file.name);
  if (!text) {
    throw UsageError(
        fmt::format("cannot read the spec file {}: {}", printable(file.name), text.error()));
  }
  file.text = std::move(*text);
  return file;
}

void say(const std::string& line) { print(printable_sentence(line) + '\n'); }

void warn(const std::vector<std::string>& sentences) {
  std::set<std::string> told;
  for (const std::string& sentence : sentences) {
    if (told.insert(sentence).second) {
      std::fprintf(stderr, "wstest: %s\n", printable_sentence(sentence).c_str());
    }
  }
}

bool has_failure(const Run& run) {
  return std::any_of(run.agents.begin(), run.agents.end(), [](const AgentRun& agent) {
    return std::any_of(agent.results.begin(), agent.results.end(), [](const CaseResult& result) {
      switch (result.close_behavior) {
        case CloseBehavior::kOk:
        case CloseBehavior::kInformational:
        case CloseBehavior::kUnimplemented:
          return result.behavior == Behavior::kFailed;
        case CloseBehavior::kWrongCode:
        case CloseBehavior::kUnclean:
        case CloseBehavior::kFailed:
        case CloseBehavior::kFailedByClient:
          return true;
      }
      return true;
    });
  });
}

}  // namespace wsproof::conformance::wstest
