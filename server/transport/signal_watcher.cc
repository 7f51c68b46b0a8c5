// SPDX-License-Identifier: Apache-2.0
#include "server/transport/signal_watcher.h"

#include <uv.h>

#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>

#include "server/transport/handle.h"
#include "server/transport/loop_state.h"

namespace wsproof {

class SignalWatcher::Core final : public HandleCore {
 public:
  Core(Loop& loop, std::function<void()> fire) : loop_(loop), fire_(std::move(fire)) {}

  /// 0 or libuv's error.
  int start(int signal) {
    const int status = uv_signal_init(loop_.raw(), &signal_);
    if (status != 0) return status;
    opened();
    uv_unref(handle());
    return uv_signal_start(
        &signal_,
        [](uv_signal_t* watcher, int) {
          auto* core = static_cast<Core*>(HandleCore::of(reinterpret_cast<uv_handle_t*>(watcher)));
          core->loop_.state().guard([core] { core->fire_(); });
        },
        signal);
  }

  [[nodiscard]] uv_handle_t* handle() override { return reinterpret_cast<uv_handle_t*>(&signal_); }

 private:
  ~Core() override = default;

  Loop& loop_;
  uv_signal_t signal_{};
  std::function<void()> fire_;
};

SignalWatcher::SignalWatcher(Loop& loop, int signal, std::function<void()> fire)
    : core_(new Core(loop, std::move(fire))) {
  const int status = core_->start(signal);
  if (status == 0) return;
  core_->release();
  throw std::runtime_error(std::string("cannot watch for SIG") + sigabbrev_np(signal) + ": " +
                           uv_strerror(status));
}

SignalWatcher::~SignalWatcher() { core_->release(); }

}  // namespace wsproof
