// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/golden.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace wsproof::conformance {
namespace {

/// Where the first difference is, with the line on both sides.
std::string first_difference(const std::string& expected, const std::string& actual) {
  std::istringstream expected_lines(expected);
  std::istringstream actual_lines(actual);
  std::string want;
  std::string got;
  for (int line = 1;; ++line) {
    const bool has_want = static_cast<bool>(std::getline(expected_lines, want));
    const bool has_got = static_cast<bool>(std::getline(actual_lines, got));
    if (!has_want && !has_got) {
      return "the ends of the last lines differ";
    }
    if (has_want != has_got || want != got) {
      return "line " + std::to_string(line) +
             "\n  expected: " + (has_want ? want : std::string("(the end)")) +
             "\n  actual:   " + (has_got ? got : std::string("(the end)"));
    }
  }
}

}  // namespace

void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(WSPROOF_SOURCE_DIR "/tests/conformance/golden/") + name;
  const char* update = std::getenv("WSPROOF_UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1") {
    std::ofstream(path, std::ios::binary) << text;
    ADD_FAILURE() << path << " was rewritten; look at it, then run without WSPROOF_UPDATE_GOLDEN";
    return;
  }
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << path << " is missing; WSPROOF_UPDATE_GOLDEN=1 writes it";
  const std::string expected((std::istreambuf_iterator<char>(file)), {});
  EXPECT_TRUE(expected == text) << name << ": " << first_difference(expected, text);
}

}  // namespace wsproof::conformance
