// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/app/load_connection.h"
#include "bench/app/load_options.h"
#include "bench/load/payload.h"
#include "bench/load/result.h"
#include "bench/load/schedule.h"
#include "server/transport/loop.h"
#include "server/transport/timer.h"

namespace wsproof::load {

/// One run of one kind of work, from connecting to its result: what all kinds have in common. The
/// phases: connections are opened; the work begins and warms up; it is measured; nothing new is
/// begun and what is under way is waited for.
class LoadRun : protected LoadHandler {
 public:
  LoadRun(Loop& loop, const LoadOptions& options, const LoadSettings& settings);
  ~LoadRun() override;
  LoadRun(const LoadRun&) = delete;
  LoadRun& operator=(const LoadRun&) = delete;

  /// Runs to the end, whatever the server does.
  [[nodiscard]] Result run();
  /// Ends early, with what there is.
  void interrupt();

 protected:
  enum class Phase : std::uint8_t { kConnecting, kWarming, kMeasuring, kDraining, kEnded };

  /// Opens what the work needs: all connections, where it does not say otherwise.
  virtual void prepare() { connect_all(options_.connections); }
  /// Connections are there; the work begins.
  virtual void begin() = 0;
  /// The time of one message of the open loop has come; it was due at `due`.
  virtual void send_due(std::uint64_t /*due*/) {}
  /// Whether it may be begun now. What may not waits, and its time counts from when it was due.
  [[nodiscard]] virtual bool has_room() const { return true; }
  /// Called ten times a second, to give up what is over its time.
  virtual void sweep(std::uint64_t now) = 0;
  /// Nothing is under way any more.
  [[nodiscard]] virtual bool drained() const = 0;
  /// What the work calls itself, its size and its shape.
  [[nodiscard]] virtual std::string name() const = 0;
  /// Whether connections that are gone are what the work is about.
  [[nodiscard]] virtual bool reconnects() const { return false; }
  virtual void connection_ended(LoadConnection& /*connection*/) {}

  void on_open(LoadConnection& connection) override;
  void on_ended(LoadConnection& connection, const std::string& failure) override;

  LoadConnection& connect(std::size_t index);
  /// Opens connections 0 to count - 1, some at a time; begin() follows when all are open.
  void connect_all(std::size_t count);
  /// Takes a connection out, without a word to anyone; it is gone at the end of the tick.
  void forget(LoadConnection& connection);
  /// The server answered, but not what it had to.
  void refuse_answer(LoadConnection& connection, const std::string& what);
  void count_failure(const std::string& what) { ++result_.failures[what]; }
  /// One item is done.
  void count(std::uint64_t now, std::uint64_t since, std::size_t octets);
  void start_working();
  void start_measuring();
  /// Goes on where the present phase has nothing left to wait for.
  void end_if_over();
  void send(LoadConnection& connection, Stamp stamp);
  void send_what_is_due();

  [[nodiscard]] Phase phase() const { return phase_; }
  [[nodiscard]] bool is_sending() const {
    return phase_ == Phase::kWarming || phase_ == Phase::kMeasuring;
  }
  [[nodiscard]] bool is_open_loop() const { return options_.rate > 0; }
  [[nodiscard]] bool is_late(std::uint64_t since, std::uint64_t now) const;
  [[nodiscard]] std::string no_answer() const;
  [[nodiscard]] const std::vector<std::unique_ptr<LoadConnection>>& connections() const {
    return all_;
  }
  [[nodiscard]] const LoadOptions& options() const { return options_; }
  [[nodiscard]] Result& result() { return result_; }
  [[nodiscard]] Payload& payload() { return payload_; }
  [[nodiscard]] Loop& loop() { return loop_; }

 private:
  void connect_more();
  void step();
  void check_warm(std::uint64_t now);
  void stop_measuring();

  Loop& loop_;
  const LoadOptions& options_;
  const LoadSettings& settings_;
  Payload payload_;
  Result result_;
  Timer step_timer_;
  Timer phase_timer_;
  Timer rate_timer_;
  std::optional<Schedule> schedule_;
  std::vector<std::unique_ptr<LoadConnection>> all_;
  std::vector<std::unique_ptr<LoadConnection>> gone_;
  std::vector<std::uint64_t> warm_counts_;  // items of each step while warming
  Phase phase_ = Phase::kConnecting;
  std::size_t wanted_ = 0;  // connections of connect_all()
  std::size_t asked_ = 0;   // of those, asked for
  std::size_t opened_ = 0;  // of those, open or failed
  std::uint64_t phase_began_ = 0;
  std::uint64_t no_room_at_ = 0;  // the last time when what was due had to wait for the server
  double own_cpu_began_ = 0;
  double server_cpu_began_ = 0;
};

/// The work that the options name.
[[nodiscard]] std::unique_ptr<LoadRun> make_run(Loop& loop, const LoadOptions& options,
                                                const LoadSettings& settings);

}  // namespace wsproof::load
