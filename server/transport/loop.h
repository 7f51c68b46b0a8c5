// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "server/protocol/bytes.h"

struct uv_loop_s;

namespace wsproof {

/// A libuv loop with what its connections share: the clock, one receive buffer, spare memory for
/// writes, and work to do at the end of a tick. Not thread-safe except post(). Ignores SIGPIPE for
/// the process, unless the program handles it itself: a peer that is gone is an error of its write.
/// The constructor throws std::runtime_error where descriptors or memory have run out.
class Loop {
 public:
  Loop();
  /// Closes every handle that is still open and runs the loop until they are gone. Streams, timers
  /// and the like may outlive it; they are closed then and do nothing any more.
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs until stop() or until nothing is left to wait for. An exception that a callback let out
  /// ends it, and is thrown here.
  void run();
  void stop();
  /// The same from any thread, and for want of memory: allocates nothing.
  void interrupt();

  /// The loop's own time, cached for the tick.
  [[nodiscard]] Time now() const;

  /// Runs `work` once after the current callbacks of this tick, before the loop waits again.
  void defer(std::function<void()> work);

  /// Runs `work` in the loop's thread. May be called from any thread, and before run(); does not
  /// keep the loop running by itself.
  void post(std::function<void()> work);

  /// The receive buffer that all streams of this loop read into, one at a time.
  [[nodiscard]] MutableBytes receive_buffer();

  [[nodiscard]] uv_loop_s* raw();

  /// For the files of this folder only.
  struct State;
  [[nodiscard]] State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

}  // namespace wsproof
