// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/shard_option.h"

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <string_view>

#include "conformance/app/usage.h"
#include "conformance/report/escape.h"

namespace wsproof::conformance {
namespace {

/// A whole number from 1 on, or 0.
std::size_t number_of(std::string_view text) {
  std::size_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() ? out : 0;
}

Shard parse(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash != std::string::npos) {
    const Shard out{number_of(std::string_view(text).substr(0, slash)),
                    number_of(std::string_view(text).substr(slash + 1))};
    if (out.number >= 1 && out.number <= out.of && out.of <= kMostShards) {
      return out;
    }
  }
  throw UsageError(fmt::format(
      "--shard {}: must be a part and how many there are, as in 1/4, and not more than {}",
      printable(text), kMostShards));
}

}  // namespace

void add_shard_option(CLI::App& command, Shard& shard) {
  command
      .add_option_function<std::string>(
          "--shard", [&shard](const std::string& text) { shard = parse(text); },
          "Run one part of so many, divided by how long cases take: 1/4; `wsproof report` joins "
          "them")
      ->option_text("I/N");
}

std::vector<const Case*> select_shard(const std::vector<const Case*>& cases, Shard shard) {
  auto out = cases_of_shard(cases, shard);
  if (out.empty()) {
    throw UsageError(fmt::format("--shard {}/{}: no case is left for it; there are only {}",
                                 shard.number, shard.of, cases.size()));
  }
  return out;
}

}  // namespace wsproof::conformance
