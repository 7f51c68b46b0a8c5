// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "conformance/report/run.h"

namespace wsproof::conformance {

/// The forms that a run can be written in.
enum class ReportFormat : std::uint8_t {
  kJson,      ///< wsproof.json
  kAutobahn,  ///< index.json and a file for each case
  kHtml,      ///< index.html
  kJunit,     ///< junit.xml
  kMarkdown,  ///< summary.md
  kBadge      ///< badge.json
};
inline const std::set<ReportFormat> kAllFormats{ReportFormat::kJson,     ReportFormat::kAutobahn,
                                                ReportFormat::kHtml,     ReportFormat::kJunit,
                                                ReportFormat::kMarkdown, ReportFormat::kBadge};

/// The text of the format's first file: of Autobahn's, index.json.
[[nodiscard]] std::string report_text(const Run& run, ReportFormat format);

/// Where report files go. A file appears whole or not at all: it is written beside its place and
/// then renamed.
class ReportFolder {
 public:
  /// Makes the folder where it is missing, and sees whether files can be written there. Throws
  /// UsageError: "cannot write build/report/: Permission denied".
  explicit ReportFolder(std::string path);

  /// Writes the files of these formats. Goes on after a failure; returns one sentence for all that
  /// have the same reason ("cannot write report/ (index.json, index.html): No space left on
  /// device").
  [[nodiscard]] std::vector<std::string> write(
      const Run& run, const std::set<ReportFormat>& formats = kAllFormats) const;

 private:
  [[nodiscard]] std::string in_folder(const std::string& name) const;
  std::string path_;
};

}  // namespace wsproof::conformance
