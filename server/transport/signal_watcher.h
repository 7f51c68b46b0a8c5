// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "server/transport/loop.h"

namespace wsproof {

/// Calls back in the loop each time the process receives the signal (POSIX number), in place of the
/// signal's own effect. Does not keep the loop running by itself. Destroying it gives the signal
/// back, and is allowed from within its own call. Throws std::runtime_error where libuv cannot.
class SignalWatcher {
 public:
  SignalWatcher(Loop& loop, int signal, std::function<void()> fire);
  ~SignalWatcher();
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;

 private:
  class Core;
  Core* core_;  // freed by libuv's close callback
};

}  // namespace wsproof
