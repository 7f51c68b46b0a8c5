// SPDX-License-Identifier: Apache-2.0
#include "bench/app/idle_run.h"

#include <fmt/format.h>

#include "bench/app/process_use.h"

namespace wsproof::load {
namespace {

// The first connections pay for code and tables that all the others share; they are opened in
// addition, and not counted.
constexpr std::size_t kFirst = 10;
// Memory has settled when it has not changed for so many steps.
constexpr std::size_t kSteps = 5;

}  // namespace

std::string IdleRun::name() const {
  return fmt::format("idle/connections:{}", options().connections);
}

void IdleRun::prepare() {
  result().item = "connection";
  connect_all(kFirst);
}

void IdleRun::begin() {
  if (all_open_) return;
  all_open_ = true;
  result().connections = 0;
  if (options().server_pid) {
    result().server->memory_before = resident_octets(*options().server_pid).value_or(0);
  }
  connect_all(options().connections);
}

void IdleRun::sweep(std::uint64_t /*now*/) {
  if (phase() != Phase::kWarming) return;
  const std::uint64_t memory =
      options().server_pid ? resident_octets(*options().server_pid).value_or(0) : 0;
  steps_unchanged_ = memory == memory_ ? steps_unchanged_ + 1 : 0;
  memory_ = memory;
  if (steps_unchanged_ >= kSteps) start_measuring();
}

}  // namespace wsproof::load
