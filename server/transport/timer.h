// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "server/transport/loop.h"

namespace wsproof {

/// One timer; destroying it cancels, also from within its own call. Late rather than early, by up
/// to a millisecond where the loop is idle. Throws std::runtime_error where libuv refuses one.
class Timer {
 public:
  Timer(Loop& loop, std::function<void()> fire);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  /// Fires once, `delay` from now; replaces an earlier setting.
  void start(Time delay);
  /// Fires at `first` from now and then every `period`.
  void start_repeating(Time first, Time period);
  void stop();

 private:
  class Core;
  Core* core_;  // freed by libuv's close callback
};

}  // namespace wsproof
