// SPDX-License-Identifier: Apache-2.0
#include "server/transport/timer.h"

#include <uv.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

#include "server/transport/handle.h"
#include "server/transport/loop_state.h"

namespace wsproof {
namespace {

/// libuv's clock has steps of a millisecond: rounded up, and one more for the step under way.
std::uint64_t milliseconds_of(Time time) {
  const auto whole = std::chrono::ceil<std::chrono::milliseconds>(time).count();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(whole, 0)) + 1;
}

}  // namespace

class Timer::Core final : public HandleCore {
 public:
  Core(Loop& loop, std::function<void()> fire) : loop_(loop.state()), fire_(std::move(fire)) {
    check(uv_timer_init(loop.raw(), &timer_));
    opened();
  }

  [[nodiscard]] uv_handle_t* handle() override { return reinterpret_cast<uv_handle_t*>(&timer_); }

  void start(Time first, std::uint64_t period) {
    if (closing()) return;
    // A long tick has left the cached time behind; counting from there would fire early.
    uv_update_time(timer_.loop);
    check(uv_timer_start(
        &timer_,
        [](uv_timer_t* timer) {
          auto* core = static_cast<Core*>(HandleCore::of(reinterpret_cast<uv_handle_t*>(timer)));
          core->loop_.guard([core] { core->fire_(); });
        },
        milliseconds_of(first), period));
  }

  void stop() {
    if (!closing()) uv_timer_stop(&timer_);
  }

 private:
  ~Core() override = default;

  static void check(int status) {
    if (status == 0) return;
    throw std::runtime_error(std::string("cannot set a timer: ") + uv_strerror(status));
  }

  Loop::State& loop_;
  uv_timer_t timer_{};
  std::function<void()> fire_;
};

Timer::Timer(Loop& loop, std::function<void()> fire) : core_(new Core(loop, std::move(fire))) {}

Timer::~Timer() { core_->release(); }

void Timer::start(Time delay) { core_->start(delay, 0); }

void Timer::start_repeating(Time first, Time period) {
  core_->start(first, milliseconds_of(period) - 1);
}

void Timer::stop() { core_->stop(); }

}  // namespace wsproof
