// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "server/transport/loop.h"

namespace wsproof {

/// One timer; destroying it cancels. Late rather than early.
class Timer {
 public:
  Timer(Loop& loop, std::function<void()> fire);
  ~Timer();
  /// Fires once, `delay` from now; replaces an earlier setting.
  void start(Time delay);
  /// Fires at `first` from now and then every `period`.
  void start_repeating(Time first, Time period);
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Calls back in the loop when the process receives the signal (POSIX number).
class SignalWatcher {
 public:
  SignalWatcher(Loop& loop, int signal, std::function<void()> fire);
  ~SignalWatcher();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wsproof
