// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "conformance/engine/engine.h"
#include "conformance/runner/clock.h"
#include "conformance/runner/engine_drive.h"
#include "conformance/runner/target.h"
#include "server/transport/loop.h"
#include "server/transport/stream.h"
#include "server/transport/tcp.h"
#include "server/transport/timer.h"
#include "server/transport/tls_connector.h"

namespace wsproof::conformance {

/// TransportError::name where nobody answered in the time for it.
inline constexpr std::string_view kNoTcpAnswer = "NO_TCP_ANSWER";
inline constexpr std::string_view kNoTlsAnswer = "NO_TLS_ANSWER";

/// What became of one connection: a result, or why no connection was made. Both where nobody
/// answered in the time for it, which may be the fault of a target that is busy or of none at all.
struct ConnectionOutcome {
  std::optional<CaseResult> result;
  std::optional<TransportError> connect_error;
};

/// One TCP or TLS connection to the target, and one engine driven over it.
class Connection {
 public:
  /// Called once, as the last thing that the connection does; it may not be destroyed there.
  using Done = std::function<void(ConnectionOutcome)>;

  /// Times are told to the engine as since the clock's start. All references outlive the
  /// connection.
  Connection(Loop& loop, Clock clock, const Target& target, const Case& test_case,
             const EngineOptions& options, Done done);

  /// TCP is connected, and TLS where it is asked for: the target lives. Told at most once, before
  /// `done`.
  void on_reached(std::function<void()> reached) { reached_ = std::move(reached); }

  /// Ends the case now; `done` is called from within.
  void abandon(std::string_view reason);

 private:
  void connected(std::unique_ptr<Stream> stream);
  void not_connected();
  void finish(ConnectionOutcome outcome);

  Loop& loop_;
  Clock clock_;
  const Target& target_;
  const Case& case_;
  const EngineOptions& options_;
  Done done_;
  std::function<void()> reached_;
  std::unique_ptr<TcpConnector> connector_;
  std::unique_ptr<TlsConnector> tls_connector_;  // in place of it for wss://
  std::unique_ptr<Stream> stream_;
  std::unique_ptr<EngineDrive> drive_;
  Timer connect_timer_;
  bool finished_ = false;
};

}  // namespace wsproof::conformance
