// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wsproof::faulty {

/// Time since an arbitrary start, as whoever drives the endpoint tells it.
using Time = std::chrono::microseconds;

/// How the endpoint ends TCP behind all that it has sent.
enum class End : std::uint8_t { kOpen, kFin, kReset };

/// Octets on their way out, at once or late, and the end of TCP behind them.
class Outgoing {
 public:
  void set_time(Time now);
  void send(std::string octets, Time delay = Time{0});
  void end(End end, Time delay = Time{0});

  [[nodiscard]] std::string take() { return std::exchange(ready_, {}); }
  [[nodiscard]] End ended() const { return end_; }
  [[nodiscard]] std::optional<Time> next_deadline() const;

 private:
  struct Late {
    Time at;
    std::string octets;
    End end = End::kOpen;
  };
  void go(std::string_view octets, End end);

  Time now_{};
  std::string ready_;
  End end_ = End::kOpen;
  std::vector<Late> late_;
};

}  // namespace wsproof::faulty
