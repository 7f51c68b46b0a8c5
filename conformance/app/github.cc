// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/github.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string_view>
#include <system_error>

#include "conformance/app/terminal.h"
#include "conformance/app/usage.h"
#include "conformance/report/annotations.h"
#include "conformance/report/escape.h"
#include "conformance/report/markdown.h"

namespace wsproof::conformance {
namespace {

bool in_github_actions() {
  const char* value = std::getenv("GITHUB_ACTIONS");
  return value != nullptr && std::string_view(value) == "true";
}

/// The error number, or 0.
int append(const std::string& path, const std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), "ab");
  if (file == nullptr) {
    return errno;
  }
  int error = std::fwrite(text.data(), 1, text.size(), file) == text.size() ? 0 : errno;
  if (std::fclose(file) != 0 && error == 0) {
    error = errno;
  }
  return error;
}

/// Empty: none is wanted.
std::string summary_file() {
  const char* path = std::getenv("GITHUB_STEP_SUMMARY");
  return path == nullptr ? "" : path;
}

std::string summary_failure(const std::string& path, int error) {
  return fmt::format("cannot write the summary {}: {}", path,
                     std::generic_category().message(error));
}

}  // namespace

void check_github_summary() {
  const std::string path = summary_file();
  if (path.empty()) {
    return;
  }
  // What is there is not opened: a pipe would wait for its reader.
  const bool is_there = ::access(path.c_str(), F_OK) == 0;
  int error = 0;
  if (!is_there) {
    error = append(path, "");
  } else if (::access(path.c_str(), W_OK) != 0) {
    error = errno;
  }
  if (error != 0) {
    throw UsageError(summary_failure(path, error));
  }
}

void print_guarded(const std::string& text) {
  if (!in_github_actions()) {
    print(text);
    return;
  }
  // A word that nobody can guess: who knows it could switch commands on again.
  std::random_device random;
  const std::string word = fmt::format("wsproof-{:08x}{:08x}", random(), random());
  print(fmt::format("::stop-commands::{}\n{}\n::{}::\n", word, text, word));
}

bool tell_github(const Run& run) {
  if (in_github_actions()) {
    print(github_annotations(run));
  }
  const std::string path = summary_file();
  if (path.empty()) {
    return true;
  }
  const int error = append(path, markdown_summary(run));
  if (error != 0) {
    std::fprintf(stderr, "wsproof: %s\n", printable_sentence(summary_failure(path, error)).c_str());
  }
  return error == 0;
}

}  // namespace wsproof::conformance
