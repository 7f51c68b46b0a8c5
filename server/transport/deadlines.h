// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "server/transport/loop.h"
#include "server/transport/timer.h"

namespace wsproof {

class Deadlines;

/// Something with a deadline that moves often. Leaves the Deadlines when it is destroyed.
class DeadlineOwner {
 public:
  DeadlineOwner() = default;
  DeadlineOwner(const DeadlineOwner&) = delete;
  DeadlineOwner& operator=(const DeadlineOwner&) = delete;

  /// The time may be earlier than the deadline that was asked for last (see Deadlines::watch). Sets
  /// the next one, if there is one. May destroy this object.
  virtual void on_deadline(Time now) = 0;

 protected:
  virtual ~DeadlineOwner();

 private:
  friend class Deadlines;
  Deadlines* deadlines_ = nullptr;
  Time at_{};
  std::size_t place_ = 0;  // in the heap
};

/// The deadlines of all connections of a loop, on one timer. Coarse: a deadline is met up to
/// `kStep` late, so that many of them cost one waking. Where the loop itself is late, since it was
/// busy or the machine was, what has arrived meanwhile is read first: nobody is given up for an
/// answer that is there.
class Deadlines {
 public:
  explicit Deadlines(Loop& loop);
  ~Deadlines();
  Deadlines(const Deadlines&) = delete;
  Deadlines& operator=(const Deadlines&) = delete;

  static constexpr Time kStep = std::chrono::milliseconds(10);
  static constexpr Time kLate = std::chrono::milliseconds(100);

  /// on_deadline() will be called at `at` or before. A deadline that moves later, as every message
  /// does to a heartbeat, costs nothing: the owner is called at the old time and watches again.
  /// Nothing: no call is needed any more.
  void watch(DeadlineOwner& owner, std::optional<Time> at);

 private:
  friend class DeadlineOwner;
  void remove(DeadlineOwner& owner);
  void put(std::size_t place, DeadlineOwner& owner);
  void sift_up(std::size_t place);
  void sift_down(std::size_t place);
  void set_timer();
  void sweep();

  Loop& loop_;
  std::vector<DeadlineOwner*> heap_;  // the earliest first
  std::optional<Time> timer_at_;
  bool sweeping_ = false;
  bool let_read_ = false;  // late, and the next turn of the loop is for what has arrived
  Timer timer_;
};

}  // namespace wsproof
