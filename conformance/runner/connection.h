// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "conformance/engine/engine.h"
#include "conformance/runner/clock.h"
#include "conformance/runner/target.h"
#include "server/transport/loop.h"
#include "server/transport/stream.h"
#include "server/transport/tcp.h"
#include "server/transport/timer.h"

namespace wsproof::conformance {

/// What became of one connection: a result, or nothing because no connection was made.
struct ConnectionOutcome {
  std::optional<CaseResult> result;
  std::optional<TransportError> connect_error;
};

/// Drives one engine over one TCP connection to the target: connects, moves octets, keeps the time.
class Connection final : private StreamHandler {
 public:
  /// Called once, as the last thing that the connection does; it may not be destroyed there.
  using Done = std::function<void(ConnectionOutcome)>;

  /// Times are told to the engine as since the clock's start. All references outlive the
  /// connection.
  Connection(Loop& loop, Clock clock, const Target& target, const Case& test_case,
             const EngineOptions& options, Done done);

  /// TCP is connected: the target lives. Told at most once, before `done`.
  void on_reached(std::function<void()> reached) { reached_ = std::move(reached); }

  /// Ends the case now; `done` is called from within.
  void abandon(std::string_view reason);

 private:
  void connected(std::unique_ptr<Stream> stream);
  void on_data(MutableBytes bytes) override;
  void on_eof() override;
  void on_error(const TransportError& error) override;
  void on_time();
  /// Does what the engine asks for, sees whether it is done, and sets the next deadline.
  void pump();
  void finish(ConnectionOutcome outcome);
  [[nodiscard]] Time now() const { return clock_.now(); }

  Loop& loop_;
  Clock clock_;
  const EngineOptions& options_;
  std::uint64_t allowance_;  // octets that the peer may send unasked
  Engine engine_;
  Done done_;
  std::function<void()> reached_;
  std::unique_ptr<TcpConnector> connector_;
  std::unique_ptr<Stream> stream_;
  Timer timer_;
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  bool finished_ = false;
};

}  // namespace wsproof::conformance
