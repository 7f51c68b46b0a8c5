// SPDX-License-Identifier: Apache-2.0
#include "bench/app/load_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "bench/app/process_use.h"

namespace wsproof::load {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kStep{100};
constexpr std::uint64_t kStepNs = std::chrono::nanoseconds(kStep).count();
// Warm when this many steps in a row differ by no more than this part of their mean; or after this
// long, since some servers never are.
constexpr std::size_t kSteadySteps = 5;
constexpr double kSteadyWithin = 0.1;
constexpr std::size_t kMostWarmSteps = 50;
// An open loop looks this often for what is due; the kernel's timers are no finer under load.
constexpr milliseconds kRatePeriod{1};

}  // namespace

LoadRun::LoadRun(Loop& loop, const LoadOptions& options, const LoadSettings& settings)
    : loop_(loop),
      options_(options),
      settings_(settings),
      payload_(options.content, options.size),
      step_timer_(loop, [this] { step(); }),
      phase_timer_(loop,
                   [this] {
                     if (phase_ == Phase::kWarming) {
                       start_measuring();
                     } else if (phase_ == Phase::kMeasuring) {
                       stop_measuring();
                     }
                   }),
      rate_timer_(loop, [this] { send_what_is_due(); }) {}

LoadRun::~LoadRun() = default;

Result LoadRun::run() {
  result_.name = name();
  result_.label = options_.label.empty() ? options_.target.url : options_.label;
  result_.open_loop = is_open_loop();
  if (options_.server_pid) {
    result_.server.emplace();
    result_.server->memory_before = resident_octets(*options_.server_pid).value_or(0);
  }
  step_timer_.start_repeating(kStep, kStep);
  prepare();
  loop_.run();
  phase_ = Phase::kEnded;
  for (const auto& connection : all_) connection->drop();
  return std::move(result_);
}

void LoadRun::interrupt() {
  if (phase_ == Phase::kMeasuring) stop_measuring();
  loop_.stop();
}

// --- Connections.

void LoadRun::connect_all(std::size_t count) {
  phase_ = Phase::kConnecting;
  wanted_ = count;
  asked_ = 0;
  opened_ = 0;
  connect_more();
}

void LoadRun::connect_more() {
  while (asked_ < wanted_ && asked_ - opened_ < options_.connecting) connect(asked_++);
}

LoadConnection& LoadRun::connect(std::size_t index) {
  LoadHandler& handler = *this;
  all_.push_back(std::make_unique<LoadConnection>(loop_, settings_, handler));
  all_.back()->place = all_.size() - 1;
  all_.back()->index = index;
  return *all_.back();
}

void LoadRun::on_open(LoadConnection& /*connection*/) {
  if (phase_ != Phase::kConnecting) return;
  ++opened_;
  ++result_.connections;
  connect_more();
  // Once this call is over: it is in the middle of the last connection's opening.
  if (opened_ == wanted_) {
    loop_.defer([this] { end_if_over(); });
  }
}

void LoadRun::forget(LoadConnection& connection) {
  const std::size_t place = connection.place;
  if (gone_.empty()) {
    loop_.defer([this] { gone_.clear(); });
  }
  gone_.push_back(std::move(all_[place]));
  if (place + 1 < all_.size()) {
    all_[place] = std::move(all_.back());
    all_[place]->place = place;
  }
  all_.pop_back();
}

void LoadRun::on_ended(LoadConnection& connection, const std::string& failure) {
  if (phase_ == Phase::kEnded) return;
  if (!failure.empty()) count_failure(failure);
  const bool was_opening = !connection.has_opened() && phase_ == Phase::kConnecting;
  connection_ended(connection);
  forget(connection);
  if (was_opening) {
    ++opened_;
    connect_more();
  }
  end_if_over();
}

void LoadRun::start_working() {
  phase_ = Phase::kWarming;
  phase_began_ = clock_ns();
  if (options_.warmup) phase_timer_.start(*options_.warmup);
  if (is_open_loop()) {
    schedule_.emplace(options_.rate, phase_began_);
    rate_timer_.start_repeating(kRatePeriod, kRatePeriod);
  }
  begin();
}

void LoadRun::end_if_over() {
  if (phase_ == Phase::kConnecting && opened_ == wanted_) {
    if (all_.empty()) {
      phase_ = Phase::kEnded;
      loop_.stop();
      return;
    }
    start_working();
    return;
  }
  const bool all_gone = all_.empty() && is_sending() && !(is_open_loop() && reconnects());
  if (all_gone && phase_ == Phase::kMeasuring) stop_measuring();
  if (all_gone || (phase_ == Phase::kDraining && drained())) {
    phase_ = Phase::kEnded;
    loop_.stop();
  }
}

// --- Time.

void LoadRun::step() {
  const std::uint64_t now = clock_ns();
  for (std::size_t i = all_.size(); i > 0; --i) {
    LoadConnection& connection = *all_[i - 1];
    if (!connection.is_open() && is_late(connection.begun(), now)) connection.give_up(no_answer());
  }
  sweep(now);
  if (phase_ == Phase::kWarming && !options_.warmup) check_warm(now);
  end_if_over();
}

bool LoadRun::is_late(std::uint64_t since, std::uint64_t now) const {
  return now >
         since + static_cast<std::uint64_t>(std::chrono::nanoseconds(options_.timeout).count());
}

std::string LoadRun::no_answer() const {
  return fmt::format("no answer within {} ms", options_.timeout.count());
}

void LoadRun::check_warm(std::uint64_t /*now*/) {
  warm_counts_.push_back(0);
  if (warm_counts_.size() > kMostWarmSteps) {
    start_measuring();
    return;
  }
  if (warm_counts_.size() <= kSteadySteps) return;
  // The last one has only just begun.
  const auto end = warm_counts_.end() - 1;
  const auto [least, most] = std::minmax_element(end - kSteadySteps, end);
  if (*most > 0 &&
      static_cast<double>(*most - *least) <= kSteadyWithin * static_cast<double>(*most)) {
    start_measuring();
  }
}

void LoadRun::start_measuring() {
  phase_ = Phase::kMeasuring;
  phase_began_ = clock_ns();
  own_cpu_began_ = own_cpu_seconds();
  if (options_.server_pid) {
    server_cpu_began_ = cpu_seconds(*options_.server_pid).value_or(0);
  }
  phase_timer_.start(options_.duration);
}

void LoadRun::stop_measuring() {
  phase_ = Phase::kDraining;
  rate_timer_.stop();
  phase_timer_.stop();
  result_.seconds = static_cast<double>(clock_ns() - phase_began_) / 1e9;
  result_.own_cpu_seconds = own_cpu_seconds() - own_cpu_began_;
  if (options_.server_pid) {
    const auto cpu = cpu_seconds(*options_.server_pid);
    if (cpu) result_.server->cpu_seconds = *cpu - server_cpu_began_;
    const auto memory = resident_octets(*options_.server_pid);
    if (memory) result_.server->memory_after = *memory;
    if (!cpu || !memory) {
      result_.server.reset();
      count_failure(fmt::format("there is no process {} any more", *options_.server_pid));
    }
  }
  end_if_over();
}

// --- Messages.

void LoadRun::refuse_answer(LoadConnection& connection, const std::string& what) {
  ++result_.wrong_answers;
  connection.give_up(what);
}

void LoadRun::count(std::uint64_t now, std::uint64_t since, std::size_t octets) {
  if (phase_ == Phase::kWarming) {
    if (!warm_counts_.empty()) ++warm_counts_.back();
    return;
  }
  if (phase_ != Phase::kMeasuring) return;
  ++result_.items;
  result_.octets += octets;
  result_.latency.record(now > since ? now - since : 0);
  const auto at = static_cast<std::size_t>((now - phase_began_) / kStepNs);
  if (at >= result_.timeline.size()) result_.timeline.resize(at + 1);
  ++result_.timeline[at];
}

void LoadRun::send(LoadConnection& connection, Stamp stamp) {
  if (connection.compresses()) {
    connection.send_message(payload_.kind(), payload_.message(stamp));
  } else {
    connection.send_frame(payload_.frame(stamp));
  }
}

void LoadRun::send_what_is_due() {
  const std::uint64_t now = clock_ns();
  while (is_sending() && schedule_->is_due(now)) {
    if (!has_room()) {
      no_room_at_ = now;
      return;
    }
    const std::uint64_t due = schedule_->take();
    // What has waited for the server is not the generator's lag.
    if (phase_ == Phase::kMeasuring && due > no_room_at_) result_.lag.record(now - due);
    send_due(due);
  }
}

}  // namespace wsproof::load
