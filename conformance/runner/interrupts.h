// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "server/transport/loop.h"
#include "server/transport/signal_watcher.h"

namespace wsproof::conformance {

/// What asks a run from outside to end: SIGINT, SIGTERM and SIGHUP, so that it still reports.
/// SIGHUP stays ignored where whoever started us wants it to be, as nohup does.
class Interrupts {
 public:
  /// `fire` is called in the loop with the signal's name, "SIGINT", each time that one comes.
  Interrupts(Loop& loop, const std::function<void(const char*)>& fire);

 private:
  std::vector<std::unique_ptr<SignalWatcher>> watchers_;
};

}  // namespace wsproof::conformance
