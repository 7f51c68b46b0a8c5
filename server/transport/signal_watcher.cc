// SPDX-License-Identifier: Apache-2.0
#include "server/transport/signal_watcher.h"

#include <uv.h>

#include <utility>

#include "server/transport/handle.h"

namespace wsproof {

class SignalWatcher::Core final : public HandleCore {
 public:
  Core(Loop& loop, int signal, std::function<void()> fire) : fire_(std::move(fire)) {
    if (uv_signal_init(loop.raw(), &signal_) != 0) return;
    opened();
    uv_unref(handle());
    uv_signal_start(
        &signal_,
        [](uv_signal_t* watcher, int) {
          auto* core = static_cast<Core*>(HandleCore::of(reinterpret_cast<uv_handle_t*>(watcher)));
          core->fire_();
        },
        signal);
  }

  [[nodiscard]] uv_handle_t* handle() override { return reinterpret_cast<uv_handle_t*>(&signal_); }

 private:
  ~Core() override = default;

  uv_signal_t signal_{};
  std::function<void()> fire_;
};

SignalWatcher::SignalWatcher(Loop& loop, int signal, std::function<void()> fire)
    : core_(new Core(loop, signal, std::move(fire))) {}

SignalWatcher::~SignalWatcher() { core_->release(); }

}  // namespace wsproof
