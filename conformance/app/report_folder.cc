// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/report_folder.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <map>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "conformance/app/usage.h"
#include "conformance/report/autobahn_report.h"
#include "conformance/report/badge.h"
#include "conformance/report/html_report.h"
#include "conformance/report/json_report.h"
#include "conformance/report/junit.h"
#include "conformance/report/markdown.h"
#include "server/transport/file_write.h"

namespace wsproof::conformance {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

const char* file_name(ReportFormat format) {
  switch (format) {
    case ReportFormat::kJson:
      return "wsproof.json";
    case ReportFormat::kAutobahn:
      return "index.json";
    case ReportFormat::kHtml:
      return "index.html";
    case ReportFormat::kJunit:
      return "junit.xml";
    case ReportFormat::kMarkdown:
      return "summary.md";
    case ReportFormat::kBadge:
      return "badge.json";
  }
  return "";
}

/// What could not be written, by the reason.
class Failures {
 public:
  void add(int error, std::string name) { by_error_[error].push_back(std::move(name)); }
  /// One sentence for each reason, of which there is rarely more than one.
  [[nodiscard]] std::vector<std::string> sentences(const std::string& folder) const {
    std::vector<std::string> out;
    for (const auto& [error, names] : by_error_) {
      out.push_back(fmt::format("cannot write {}{}: {}", folder, named(names), reason(error)));
    }
    return out;
  }

 private:
  /// "index.html", or ": index.html, junit.xml and 245 more".
  static std::string named(const std::vector<std::string>& names) {
    constexpr std::size_t kNamed = 8;  // all but case files, of which there are hundreds
    if (names.size() == 1) {
      return names.front();
    }
    std::string out;
    for (std::size_t i = 0; i < std::min(names.size(), kNamed); ++i) {
      out += (i == 0 ? " (" : ", ") + names[i];
    }
    return out +
           (names.size() > kNamed ? fmt::format(" and {} more)", names.size() - kNamed) : ")");
  }

  std::map<int, std::vector<std::string>> by_error_;
};

}  // namespace

std::string report_text(const Run& run, ReportFormat format) {
  switch (format) {
    case ReportFormat::kJson:
      return json_report(run);
    case ReportFormat::kAutobahn:
      return autobahn_index(run);
    case ReportFormat::kHtml:
      return html_report(run);
    case ReportFormat::kJunit:
      return junit_report(run);
    case ReportFormat::kMarkdown:
      return markdown_summary(run);
    case ReportFormat::kBadge:
      return badge(run);
  }
  return "";
}

ReportFolder::ReportFolder(std::string path) : path_(std::move(path)) {
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  if (error) {
    throw UsageError(fmt::format("cannot make the folder {}: {}", path_, error.message()));
  }
  const std::string probe = in_folder(".wsproof-probe");
  const int failure = replace_file(probe, "");
  ::unlink(probe.c_str());
  if (failure != 0) {
    throw UsageError(fmt::format("cannot write {}: {}", in_folder(""), reason(failure)));
  }
  for (const ReportFormat format : kAllFormats) {
    const std::string file = in_folder(file_name(format));
    if (std::filesystem::is_directory(file, error)) {
      throw UsageError(fmt::format("cannot write {}: {}", file, reason(EISDIR)));
    }
  }
}

std::string ReportFolder::in_folder(const std::string& name) const {
  return path_.empty() || path_.back() == '/' ? path_ + name : path_ + '/' + name;
}

std::vector<std::string> ReportFolder::write(const Run& run,
                                             const std::set<ReportFormat>& formats) const {
  Failures failures;
  const auto put = [&](const std::string& name, const std::string& text) {
    if (const int error = replace_file(in_folder(name), text); error != 0) {
      failures.add(error, name);
    }
  };
  for (const ReportFormat format : formats) {
    put(file_name(format), report_text(run, format));
  }
  if (formats.count(ReportFormat::kAutobahn) > 0) {
    const std::vector<std::string> slugs = autobahn_slugs(run.agents);
    for (std::size_t i = 0; i < slugs.size(); ++i) {
      for (const CaseResult& result : run.agents[i].results) {
        put(autobahn_file_name(slugs[i], result.case_id),
            autobahn_case(run, run.agents[i], result));
      }
    }
  }
  return failures.sentences(in_folder(""));
}

}  // namespace wsproof::conformance
