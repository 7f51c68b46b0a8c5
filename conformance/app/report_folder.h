// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "conformance/report/run.h"

namespace wsproof::conformance {

/// Where report files go. A file appears whole or not at all: it is written beside its place and
/// then renamed.
class ReportFolder {
 public:
  /// Makes the folder where it is missing, and sees whether files can be written there. Throws
  /// UsageError: "cannot write build/report/: Permission denied".
  explicit ReportFolder(std::string path);

  /// Writes wsproof.json, Autobahn's index.json and a file for each case. Goes on after a failure;
  /// returns a sentence for each ("cannot write build/report/index.json: No space left on device").
  [[nodiscard]] std::vector<std::string> write(const Run& run) const;

 private:
  [[nodiscard]] std::string in_folder(const std::string& name) const;
  std::string path_;
};

}  // namespace wsproof::conformance
