// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace wsproof::test {

/// A program of this project, started with its output in pipes; killed at the end of the object
/// where it still runs.
class Program {
 public:
  Program(const std::string& path, const std::vector<std::string>& flags);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// The next line of standard output, without its end; empty where the program has closed it.
  std::string line();
  void signal(int number) const;
  /// Waits for its end; the exit status, or 128 and more for a signal.
  int wait();
  /// What is left of standard output, and standard error; after wait().
  [[nodiscard]] const std::string& out() const { return out_; }
  [[nodiscard]] const std::string& err() const { return err_; }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  int out_pipe_ = -1;
  int err_pipe_ = -1;
  std::string out_;
  std::string err_;
};

}  // namespace wsproof::test
