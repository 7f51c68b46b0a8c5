// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/github.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string_view>
#include <system_error>

#include "conformance/app/terminal.h"
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

}  // namespace

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
  const char* path = std::getenv("GITHUB_STEP_SUMMARY");
  if (path == nullptr || *path == '\0') {
    return true;
  }
  const int error = append(path, markdown_summary(run));
  if (error != 0) {
    const std::string sentence = fmt::format("cannot write the summary {}: {}", path,
                                             std::generic_category().message(error));
    std::fprintf(stderr, "wsproof: %s\n", printable_sentence(sentence).c_str());
  }
  return error == 0;
}

}  // namespace wsproof::conformance
