// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <uv.h>

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "server/transport/handle.h"
#include "server/transport/loop.h"
#include "server/transport/write_queue.h"

namespace wsproof {

/// A queue together with libuv's request for the time that libuv works on it.
struct QueuedWrite {
  uv_write_t request{};
  std::size_t given = 0;  // octets at the front that libuv has been given
  WriteQueue queue;
};

/// What the files of this folder know of a loop.
struct Loop::State {
  State();
  ~State();
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  /// What libuv calls does its work within this: an exception cannot pass through libuv's frames.
  /// One that nobody else has dealt with stops the loop, and Loop::run() throws it.
  template <typename Work>
  void guard(Work&& work) noexcept {
    try {
      std::forward<Work>(work)();
    } catch (...) {
      if (failure == nullptr) failure = std::current_exception();
      uv_stop(&loop);
    }
  }

  /// Asks for core.end_of_tick(), once, before the loop waits again.
  void at_end_of_tick(HandleCore& core) { dirty.push_back(&core); }
  /// The core goes away while it may still be in the list.
  void forget(const HandleCore& core);
  void run_end_of_tick();
  void run_posted();

  /// Queues with warm memory: an idle connection holds none, a busy one borrows.
  [[nodiscard]] std::unique_ptr<QueuedWrite> take_write();
  void give_back(std::unique_ptr<QueuedWrite> write);

  // Larger than a frame of 64 KiB with its header, so that such a frame lies in one piece; pages
  // that no read has reached cost nothing.
  static constexpr std::size_t kReceiveBuffer = 256 * 1024;

  uv_loop_t loop{};
  uv_prepare_t prepare{};  // after timers, before the loop waits
  uv_check_t check{};      // after what arrived
  uv_async_t async{};
  bool ending = false;
  std::exception_ptr failure;

  std::unique_ptr<std::uint8_t[]> receive_buffer;
  // Each list has another beside it, for the time that its items are worked on: both keep their
  // memory, and the usual few items need none.
  std::vector<std::function<void()>> deferred;
  std::vector<std::function<void()>> deferred_now;
  std::vector<HandleCore*> dirty;
  std::vector<std::unique_ptr<QueuedWrite>> spare_writes;
  std::size_t spare_octets = 0;  // memory held by spare_writes

  std::mutex mutex;
  std::vector<std::function<void()>> posted;  // guarded by mutex
  std::vector<std::function<void()>> posted_now;
  bool interrupted = false;  // guarded by mutex

 private:
  [[nodiscard]] int open_handles();  // 0 or libuv's error
  void close_all();
};

}  // namespace wsproof
