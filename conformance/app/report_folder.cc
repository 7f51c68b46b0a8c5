// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/report_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
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

namespace wsproof::conformance {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

/// Writes all octets to the descriptor; the error number, or 0.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0) {
      if (errno == EINTR) {
        continue;
      }
      return errno;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

/// The error number, or 0.
int write_file(const std::string& path, std::string_view text) {
  const std::string beside = fmt::format("{}.{}.part", path, ::getpid());
  const int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    return errno;
  }
  int error = write_all(descriptor, text);
  // A full disk may show only here.
  if (::close(descriptor) != 0 && error == 0) {
    error = errno;
  }
  if (error == 0 && ::rename(beside.c_str(), path.c_str()) != 0) {
    error = errno;
  }
  if (error != 0) {
    ::unlink(beside.c_str());
  }
  return error;
}

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
  const int failure = write_file(probe, "");
  ::unlink(probe.c_str());
  if (failure != 0) {
    throw UsageError(fmt::format("cannot write {}: {}", in_folder(""), reason(failure)));
  }
}

std::string ReportFolder::in_folder(const std::string& name) const {
  return path_.empty() || path_.back() == '/' ? path_ + name : path_ + '/' + name;
}

std::vector<std::string> ReportFolder::write(const Run& run,
                                             const std::set<ReportFormat>& formats) const {
  std::vector<std::string> failures;
  const auto put = [&](const std::string& name, const std::string& text) {
    const std::string path = in_folder(name);
    if (const int error = write_file(path, text); error != 0) {
      failures.push_back(fmt::format("cannot write {}: {}", path, reason(error)));
    }
  };
  for (const ReportFormat format : formats) {
    put(file_name(format), report_text(run, format));
  }
  if (formats.count(ReportFormat::kAutobahn) == 0) {
    return failures;
  }
  for (const AgentRun& agent : run.agents) {
    for (const CaseResult& result : agent.results) {
      put(autobahn_file_name(agent.agent, result.case_id), autobahn_case(run, agent, result));
    }
  }
  return failures;
}

}  // namespace wsproof::conformance
