// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "conformance/report/run.h"

namespace wsproof::conformance {

/// The version of our own JSON report. It rises when a reader of the old one would be misled;
/// properties that are only added do not raise it. json_report.md describes the format.
inline constexpr int kJsonReportFormat = 1;

/// Of payloads that peers sent, the JSON report keeps this much.
inline constexpr std::size_t kJsonPayloadOctets = 512;

/// wsproof.json: all of a run, so that every other report can be made from it later. Octets of
/// peers that are not UTF-8 are written in hex; the text is always valid JSON.
[[nodiscard]] std::string json_report(const Run& run);

/// A run read back, and the cases that it points to.
struct StoredRun {
  Run run;
  std::vector<std::unique_ptr<Case>> cases;
};

/// Reads what json_report() wrote. The error is one sentence that says what is wrong and where.
[[nodiscard]] tl::expected<StoredRun, std::string> read_json_report(std::string_view text);

}  // namespace wsproof::conformance
