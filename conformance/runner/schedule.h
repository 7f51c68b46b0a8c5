// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "conformance/catalogue/case.h"

namespace wsproof::conformance {

/// Which case runs when, against one target. Knows no time and no connections.
///
/// First one short case goes alone, as a scout. If it gets an answer, the others follow side by
/// side, the longest first so that the tail is short. A case whose opening handshake times out
/// while others run may only have waited in line: a target may serve one connection at a time. It
/// runs again alone at the end, and if it gets no answer even then, once more after another that
/// does: such a target may still be busy with the connections that were given up. When three time
/// out alone in a row, the target answers nobody, and the rest are given up without waiting.
///
/// A case that failed because the peer was late, while others ran, may have waited in line too: it
/// runs again alone at the very end, and then the second result is the one that counts. When three
/// in a row are late alone as well it is the target that is late, and the other first results
/// stand.
class Schedule {
 public:
  Schedule(const std::vector<const Case*>& cases, std::size_t jobs);

  enum class Outcome : std::uint8_t {
    kAnswered,     ///< the peer answered, whatever it was
    kLate,         ///< it did, and the case failed because it took too long
    kOpenTimeout,  ///< it did not, in the time for the opening handshake
    kNotReached,   ///< no connection was made: the case goes back in line
  };

  /// The place, among the cases given, of a case to start now; nothing while there is none.
  [[nodiscard]] std::optional<std::size_t> next();

  /// A case that next() gave has ended. True: its result stands; false: it will run again, or,
  /// after kLate, take_standing() may give it back.
  [[nodiscard]] bool finished(std::size_t place, Outcome outcome);

  /// Late cases whose first result stands; told once, after next() had nothing to give.
  [[nodiscard]] std::vector<std::size_t> take_standing() { return std::exchange(standing_, {}); }

  /// Takes every case that is not running out of the schedule.
  [[nodiscard]] std::vector<std::size_t> give_up();

  /// Whether the target has been silent too often: give_up() then.
  [[nodiscard]] bool target_is_silent() const { return silent_in_a_row_ >= kSilentAlone; }
  [[nodiscard]] bool empty() const {
    return running_ == 0 && waiting_.empty() && alone_.empty() && silent_alone_.empty() &&
           late_.empty() && standing_.empty();
  }

  static constexpr int kSilentAlone = 3;
  static constexpr int kLateAlone = 3;

 private:
  [[nodiscard]] bool finished_alone(std::size_t place, bool silent);
  void late_alone(bool late);

  /// So many in a row without an answer, side by side: no more are started that way.
  static constexpr std::size_t kSilentTogether = 8;

  std::size_t jobs_;
  std::deque<std::size_t> waiting_;       // to run side by side
  std::deque<std::size_t> alone_;         // to run alone
  std::deque<std::size_t> silent_alone_;  // got no answer alone; once more after one that does
  std::vector<std::size_t> late_;         // failed for being late, side by side
  std::vector<std::size_t> standing_;     // of these, those whose result stands
  std::set<std::size_t> second_try_;      // have been in silent_alone_
  std::size_t running_ = 0;
  std::size_t silent_together_ = 0;
  int silent_in_a_row_ = 0;
  int late_in_a_row_ = 0;    // of those that ran again
  bool late_again_ = false;  // what is in alone_ was late
  bool is_alone_ = true;     // whether what runs now runs alone
};

}  // namespace wsproof::conformance
