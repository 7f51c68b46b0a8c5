// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>
#include <functional>
#include <memory>
#include <vector>

#include "server/transport/loop.h"
#include "server/transport/signal_watcher.h"

namespace wsproof::conformance {

/// Lets those signals wait from here on where nobody watches for them: one that comes before the
/// cases begin ends the run with its reports, and one that comes while reports are written leaves
/// them whole. Called before what takes time is made ready.
void hold_interrupts();

/// What asks a run from outside to end: SIGINT, SIGTERM and SIGHUP, so that it still reports.
/// SIGHUP stays ignored where whoever started us wants it to be, as nohup does.
class Interrupts {
 public:
  /// `fire` is called in the loop with the signal's name, "SIGINT", each time that one comes.
  Interrupts(Loop& loop, const std::function<void(const char*)>& fire);
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

 private:
  sigset_t before_{};  // the signals that waited
  std::vector<std::unique_ptr<SignalWatcher>> watchers_;
};

}  // namespace wsproof::conformance
