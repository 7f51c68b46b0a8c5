// SPDX-License-Identifier: Apache-2.0
// Linked to a GoogleTest program: with WSPROOF_PASSED=file it writes, for each test, its name, its
// microseconds and the mutants that it passed; what was passed before main() comes first, as "-".
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#include "tests/mutate/mutant.h"

namespace wsproof_mutation {
namespace {

using Clock = std::chrono::steady_clock;

class Listener : public testing::EmptyTestEventListener {
 public:
  explicit Listener(const char* file) : out_(file) {}

  void OnTestProgramStart(const testing::UnitTest&) override { write("-", {}); }
  void OnTestStart(const testing::TestInfo&) override { begun_ = Clock::now(); }
  void OnTestEnd(const testing::TestInfo& test) override {
    write(std::string(test.test_suite_name()) + "." + test.name(), Clock::now() - begun_);
  }

 private:
  void write(const std::string& name, Clock::duration time) {
    out_ << name << ' ' << std::chrono::duration_cast<std::chrono::microseconds>(time).count();
    for (int id = 0; id < kMostMutants; ++id) {
      if (passed[id] != 0) out_ << ' ' << id;
    }
    out_ << std::endl;
    std::memset(passed, 0, sizeof passed);
  }

  std::ofstream out_;
  Clock::time_point begun_;
};

// The runner of the tests owns the listener.
[[maybe_unused]] const bool kListening = [] {
  if (const char* const file = std::getenv("WSPROOF_PASSED")) {
    testing::UnitTest::GetInstance()->listeners().Append(new Listener(file));
  }
  return true;
}();

}  // namespace
}  // namespace wsproof_mutation
