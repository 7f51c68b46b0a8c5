// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "conformance/engine/engine.h"
#include "conformance/runner/clock.h"
#include "server/transport/loop.h"
#include "server/transport/stream.h"
#include "server/transport/timer.h"

namespace wsproof::conformance {

/// Drives one engine over a stream that is connected: moves octets, keeps the time, and ends the
/// case of a peer that sends without measure.
class EngineDrive final : public StreamHandler {
 public:
  /// Called once, as the last thing that the drive does; it may not be destroyed there.
  using Done = std::function<void(CaseResult)>;

  /// All references outlive the drive. Whoever owns the stream hands its calls on to here.
  EngineDrive(Loop& loop, Clock clock, const Case& test_case, const EngineOptions& options,
              Stream& stream, Done done);

  /// The stream was connected at that time, and these octets have been read from it already.
  void begin(Time connected, Bytes first);
  /// Ends the case now; `done` is called from within.
  void abandon(std::string_view reason);

  void on_data(MutableBytes bytes) override;
  void on_eof() override;
  void on_error(const TransportError& error) override;

 private:
  void take(Bytes bytes);
  void on_time();
  /// Does what the engine asks for, sees whether it is done, and sets the next deadline.
  void pump();
  void act(const Action& action);
  [[nodiscard]] Time now() const { return clock_.now(); }

  Clock clock_;
  std::uint64_t allowance_;  // octets that the peer may send unasked
  Engine engine_;
  Stream& stream_;
  Done done_;
  Timer timer_;
  Time timer_at_{};
  bool looked_again_ = false;
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  bool finished_ = false;
};

}  // namespace wsproof::conformance
