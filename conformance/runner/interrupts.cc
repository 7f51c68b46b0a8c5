// SPDX-License-Identifier: Apache-2.0
#include "conformance/runner/interrupts.h"

#include <csignal>

namespace wsproof::conformance {
namespace {

bool is_ignored(int signal) {
  struct sigaction now {};
  return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

sigset_t interrupts() {
  sigset_t all;
  sigemptyset(&all);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&all, signal);
  return all;
}

}  // namespace

void hold_interrupts() {
  const sigset_t all = interrupts();
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

Interrupts::Interrupts(Loop& loop, const std::function<void(const char*)>& fire) {
  const auto watch = [&](int signal, const char* name) {
    watchers_.push_back(
        std::make_unique<SignalWatcher>(loop, signal, [fire, name] { fire(name); }));
  };
  watch(SIGINT, "SIGINT");
  watch(SIGTERM, "SIGTERM");
  if (!is_ignored(SIGHUP)) watch(SIGHUP, "SIGHUP");
  const sigset_t all = interrupts();
  pthread_sigmask(SIG_UNBLOCK, &all, &before_);
}

Interrupts::~Interrupts() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

}  // namespace wsproof::conformance
