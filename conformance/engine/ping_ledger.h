// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wsproof::conformance {

/// Which pong answers which ping. The tester's pings are of two kinds: those of the case, whose
/// pongs are events, and probes, whose random payloads are told apart from everything else and
/// whose pongs are not events.
class PingLedger {
 public:
  /// `after_close`: sent behind the tester's own Close frame, where no answer is owed.
  void ping_sent(std::string_view payload, bool after_close);
  void pong_sent(std::string_view payload);
  void probe_sent(std::string payload);

  enum class Pong : std::uint8_t {
    kProbe,        ///< answers a probe
    kAnswer,       ///< answers a ping of the case
    kLateAnswer,   ///< answers a ping that was sent behind the tester's Close
    kReturned,     ///< has the payload of a pong that the tester sent
    kUnsolicited,  ///< answers nothing; allowed (RFC 6455 5.5.3)
  };
  Pong pong_received(std::string_view payload);

  /// Whether the latest probe has been answered.
  [[nodiscard]] bool probe_answered() const { return probe_answered_; }
  /// Whether any has, also late.
  [[nodiscard]] bool any_probe_answered() const { return any_probe_answered_; }
  /// Whether a probe is out and its pong has not come.
  [[nodiscard]] bool probe_outstanding() const { return !probes_.empty() && !probe_answered_; }
  /// Whether the last ping of the case is still to be answered. Earlier ones are excused by the
  /// answer to a later one (§5.5.3).
  [[nodiscard]] bool outstanding() const;
  /// The payload of the last ping of the case that was never answered, though one was owed.
  [[nodiscard]] std::optional<std::string> unanswered() const;

 private:
  struct Ping {
    std::string payload;
    bool after_close = false;
    bool answered = false;
  };
  std::vector<Ping> pings_;
  std::vector<std::string> pongs_;
  std::vector<std::string> probes_;
  bool probe_answered_ = false;
  bool any_probe_answered_ = false;
};

}  // namespace wsproof::conformance
