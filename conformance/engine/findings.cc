// SPDX-License-Identifier: Apache-2.0
#include "conformance/engine/findings.h"

#include <algorithm>
#include <utility>

namespace wsproof::conformance {
namespace {

// Enough to see that a fault is systematic; a report that lists a thousand helps nobody.
constexpr std::ptrdiff_t kSameName = 3;

}  // namespace

void Findings::add(Error error, std::string sentence, Time at, Weight weight) {
  const ErrorInfo& known = info(error);
  add(std::string(known.name), std::move(sentence), std::string(known.section), at, weight);
}

void Findings::add(std::string name, std::string sentence, std::string section, Time at,
                   Weight weight) {
  const auto same = std::count_if(findings_.begin(), findings_.end(),
                                  [&](const Finding& known) { return known.name == name; });
  if (same >= kSameName) return;
  findings_.push_back({.name = std::move(name),
                       .sentence = std::move(sentence),
                       .section = std::move(section),
                       .at = at,
                       .fatal = weight == Weight::kFatal,
                       .remark = weight == Weight::kRemark});
}

bool Findings::has(std::string_view name) const {
  return std::any_of(findings_.begin(), findings_.end(),
                     [name](const Finding& known) { return known.name == name; });
}

}  // namespace wsproof::conformance
