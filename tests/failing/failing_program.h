// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/failing/fail_point.h"

namespace wsproof::test {

/// How a program came to its end.
struct ProgramEnd {
  int status = -1;  ///< what it returned, where no signal ended it
  int signal = 0;
  bool hung = false;  ///< it had to be killed
  std::string out;    ///< what line() has not taken
  std::string err;
  std::int64_t descriptors_left = 0;  ///< more are open at its end than at its start
};

/// One of our programs in a process of its own, forked rather than started: its main() is a
/// function of the test's. So thousands of runs cost little, and fail points reach it. Nothing of
/// it is waited for longer than kPatience.
class FailingProgram {
 public:
  using Main = int (*)(int, char**);
  static constexpr int kPatienceMs = 40'000;

  enum class Part : std::uint8_t {
    kSubject,    ///< fail points are armed by fail_state(), before or while it runs
    kBystander,  ///< it is spared
  };
  FailingProgram(Main main, const std::vector<std::string>& words, Part part = Part::kSubject);
  ~FailingProgram();
  FailingProgram(const FailingProgram&) = delete;
  FailingProgram& operator=(const FailingProgram&) = delete;

  /// The next line of standard output without its end; empty where there is none any more.
  std::string line();
  void signal(int number) const;
  /// Whether it has ended by itself.
  [[nodiscard]] bool ended();
  ProgramEnd wait();

 private:
  /// Reads what comes until `enough` of standard output is there; false at the end of both pipes.
  [[nodiscard]] bool read_some();

  pid_t pid_ = -1;
  int out_pipe_ = -1;
  int err_pipe_ = -1;
  std::string out_;
  std::string err_;
  bool hung_ = false;
  std::int64_t* descriptors_left_ = nullptr;
};

/// Descriptors that this process has open.
[[nodiscard]] std::int64_t open_descriptors();

}  // namespace wsproof::test
