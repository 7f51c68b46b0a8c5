// SPDX-License-Identifier: Apache-2.0
#include "bench/app/broadcast_run.h"
#include "bench/app/connect_run.h"
#include "bench/app/echo_run.h"
#include "bench/app/idle_run.h"
#include "bench/app/load_run.h"

namespace wsproof::load {

std::unique_ptr<LoadRun> make_run(Loop& loop, const LoadOptions& options,
                                  const LoadSettings& settings) {
  switch (options.work) {
    case Work::kEcho:
      break;
    case Work::kBroadcast:
      return std::make_unique<BroadcastRun>(loop, options, settings);
    case Work::kConnect:
    case Work::kChurn:
      return std::make_unique<ConnectRun>(loop, options, settings);
    case Work::kIdle:
      return std::make_unique<IdleRun>(loop, options, settings);
  }
  return std::make_unique<EchoRun>(loop, options, settings);
}

}  // namespace wsproof::load
