// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "conformance/engine/engine.h"
#include "conformance/engine/expectation.h"
#include "conformance/engine/findings.h"
#include "conformance/engine/message_series.h"
#include "conformance/engine/observation.h"
#include "conformance/engine/observer.h"
#include "conformance/engine/opening.h"
#include "conformance/engine/outbox.h"
#include "conformance/engine/ping_ledger.h"
#include "conformance/engine/record.h"
#include "conformance/engine/script.h"
#include "conformance/engine/settling.h"

/// The inside of Engine: its phases are told in engine_opening.cc, engine_steps.cc, engine_end.cc.
namespace wsproof::conformance {

// For a pong with nothing else to do; the patience that Autobahn has with a Close.
inline constexpr std::chrono::milliseconds kAliveTimeout{1'000};

/// The life of a case, phase by phase. Whatever happens is written down first, by the observer and
/// the opening; then advance() looks at what is known and does all that follows from it.
struct Engine::Impl {
  enum class Phase : std::uint8_t {
    kIdle,      ///< not connected yet
    kOpening,   ///< the opening handshake is under way
    kRefusal,   ///< a client got an answer that it must not accept
    kAlive,     ///< a ping ahead of the steps waits for its pong
    kSteps,     ///< the script runs or waits
    kReacting,  ///< the steps are over; the peer reacts
    kClosing,   ///< our Close is out, the peer's is not here
    kEnding,    ///< the closing handshake is over, TCP is not
    kDone,
  };

  Impl(const Case& test_case, const EngineOptions& engine_options);

  [[nodiscard]] bool tests_server() const { return options.peer == Role::kServer; }
  [[nodiscard]] bool by_ping() const { return options.settle == Settle::kPing; }
  /// What a peer gets at least: one that took long to answer the handshake or a ping is busy, not
  /// at fault. Nothing where waits are exact.
  [[nodiscard]] Duration patience() const;
  [[nodiscard]] Duration close_timeout() const;
  /// The time after which the case says that the tester gives up.
  [[nodiscard]] Duration give_up_after() const;

  /// When the case ends whatever happens. A case that gives the peer more time than case_timeout
  /// has that time, as long as the peer is not silent for case_timeout.
  [[nodiscard]] Time last_moment() const;

  void enter(Phase next, Time at, Duration limit);

  // --- what happens ---

  void set_time(Time at);
  void connected(Time at);
  void received(Bytes bytes);
  void observe(Bytes bytes);
  void tcp_ended(bool reset, std::string_view reason);

  // --- the opening handshake ---

  void open_with(std::string_view rest);
  void advance_opening();
  void send_head();

  /// A client shows what it makes of an answer: it uses the connection, or it ends it.
  void advance_refusal();

  // --- the steps ---

  void advance_alive();
  void begin_steps();

  /// The peer has closed or ended the connection, and no step waits for that.
  bool ended_early();
  void advance_steps();
  void stand(Duration limit);
  void advance_wait(const Wait& wait);
  void advance_await(const Await& await);
  void advance_exchange(const Exchange& step);
  [[nodiscard]] std::string account_of_exchange() const;
  void pass_step();
  void steps_are_over();

  // --- what the peer makes of them ---

  void advance_reacting();
  void give_up();
  void begin_closing();
  void advance_closing();

  /// §5.5.1: the peer closed first, and "the endpoint MUST send a Close frame in response".
  void answer_close();
  void begin_ending();
  void advance_ending();

  // --- the end ---

  void drop();

  /// The connection is over, one way or the other.
  void conclude();
  [[nodiscard]] std::string reason_of_uncleanness() const;
  void finish();
  void advance();
  void advance_phase();
  void watch_round_trip();
  [[nodiscard]] std::optional<Time> next_deadline() const;

  const Case& c;
  const EngineOptions& options;
  RandomSource& random;
  Record record;
  Findings findings;
  CloseObservation close;
  PingLedger pings;
  Expectation expectation;
  Observer observer;
  Outbox outbox;
  TesterOpening opening;
  Script script;
  Settling settling;
  Observation seen;
  std::shared_ptr<MessageSeries> series;  ///< of the exchange that is going on
  std::uint64_t exchanged = 0;            ///< echoes of it that have come

  Phase phase = Phase::kIdle;
  Time now{};
  Time started{};
  Time ended{};
  Time hard_deadline{};
  Time last_heard{};
  Time deadline{};
  Time phase_began{};
  Time stand_began{};
  Time round_trip{};
  std::optional<Time> probe_since;  // while its pong has not come
  std::optional<Time> send_head_at;
  std::string early_octets;  ///< of a client that did not wait for the answer
  std::string request_head;
  bool moved = false;     ///< something has changed that other rules may depend on
  bool standing = false;  ///< a wait or an await is being waited for
  bool tcp_over = false;
};

}  // namespace wsproof::conformance
