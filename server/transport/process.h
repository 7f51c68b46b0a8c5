// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "server/transport/loop.h"
#include "server/transport/stream.h"

namespace wsproof {

/// How a program ended.
struct ProcessEnd {
  std::int64_t status = 0;  ///< what it returned, where no signal ended it
  int signal = 0;           ///< 0: none

  /// "exit status 3", "SIGSEGV".
  [[nodiscard]] std::string text() const;
};

/// A program that was started, in a group of its own. Its standard input is empty; the last lines
/// of what it prints, on either output, are kept. Not to be destroyed within `ended`.
class Process {
 public:
  using Ended = std::function<void(const ProcessEnd&)>;

  // Enough for a stack trace; a line is cut where it is longer than any that a person would read.
  static constexpr std::size_t kKeptLines = 20;
  static constexpr std::size_t kLineOctets = 500;

  /// The first word is looked for in PATH. `ended` is called once, through the loop, when the
  /// program has ended and what it had printed by then has been read. The error is a whole
  /// sentence: "cannot start ./client: no such file or directory".
  [[nodiscard]] static tl::expected<std::unique_ptr<Process>, TransportError> start(
      Loop& loop, const std::vector<std::string>& command, Ended ended);
  /// Kills the group.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Sends the signal to the program and to all that it has started, unless it has ended.
  void signal(int number);
  [[nodiscard]] bool running() const;
  [[nodiscard]] pid_t pid() const;
  /// As they were printed, without line ends; the last may be unfinished.
  [[nodiscard]] std::vector<std::string> last_lines() const;

 private:
  class Core;
  explicit Process(Core* core) : core_(core) {}
  Core* core_;  // freed by libuv's close callback
};

}  // namespace wsproof
