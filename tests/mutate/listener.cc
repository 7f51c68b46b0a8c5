// SPDX-License-Identifier: Apache-2.0
// Linked to a GoogleTest program: with WSPROOF_PASSED=file it writes, for each test, its name, its
// microseconds of the processor and the mutants that it passed; what was passed before main() comes
// first, as "-".
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <string>

#include "tests/mutate/mutant.h"

namespace wsproof_mutation {
namespace {

class Listener : public testing::EmptyTestEventListener {
 public:
  explicit Listener(const char* file) : out_(file) {}

  void OnTestProgramStart(const testing::UnitTest&) override { write("-", 0); }
  void OnTestStart(const testing::TestInfo&) override { begun_ = std::clock(); }
  void OnTestEnd(const testing::TestInfo& test) override {
    write(std::string(test.test_suite_name()) + "." + test.name(), std::clock() - begun_);
  }

 private:
  void write(const std::string& name, std::clock_t time) {
    out_ << name << ' ' << time * 1'000'000 / CLOCKS_PER_SEC;
    for (int id = 0; id < kMostMutants; ++id) {
      if (passed[id] != 0) out_ << ' ' << id;
    }
    out_ << std::endl;
    std::memset(passed, 0, sizeof passed);
  }

  std::ofstream out_;
  std::clock_t begun_ = 0;
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
