// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/catalogue/case.h"
#include "server/protocol/bytes.h"

namespace wsproof::conformance {

/// Whether two payloads are the same octets, however they are described.
[[nodiscard]] bool same_octets(const Payload& a, const Payload& b);

/// Whether an event is the one expected: kind, type, payload, tag.
[[nodiscard]] bool same_event(const Event& expected, const Event& seen);

/// Whether `seen` is exactly `expected`; optional events may be left out.
[[nodiscard]] bool same_events(const std::vector<Event>& expected, const std::vector<Event>& seen);

/// Follows the events of a case as they come and knows which alternatives are still possible. Large
/// messages are compared with what is expected piece by piece as they arrive, so that a message of
/// any size costs no more memory than kKeptOctets.
class Expectation {
 public:
  /// `test_case` outlives this object.
  explicit Expectation(const Case& test_case);

  // One message at a time.
  void begin_message(bool binary);
  void message_piece(Bytes piece);
  /// The message is whole. Its event holds all octets where it is as expected or short, else the
  /// first kKeptOctets. `cut` says that octets are missing.
  struct Message {
    Event event;
    std::uint64_t size = 0;
    bool cut = false;
    bool expected = false;   ///< equals what an alternative holds at this place
    bool echo = false;       ///< not expected here, but equal to a whole message of the steps
    bool exchanged = false;  ///< the echo that was awaited; no event of its own
    /// Where it first differs from what was expected here, if a message was.
    std::optional<std::uint64_t> differs_at;
  };
  [[nodiscard]] Message end_message();

  /// Within an exchange: the next message is to be these octets, which outlive it. As awaited, it
  /// is no event; any other message is.
  void await_echo(std::string_view octets, bool binary);
  /// The message that await_echo() asked for has not come yet, nor another in its place.
  [[nodiscard]] bool echo_is_awaited() const { return echo_.has_value(); }

  /// `aside`: allowed at any time and not an answer to anything in the case: a ping of the peer's
  /// own, a pong that answers nothing, a pong to a ping that the tester sent behind its Close.
  void add(const Event& event, bool aside);

  [[nodiscard]] const std::vector<Event>& all() const { return all_; }
  /// Without those that are aside, unless the case speaks of such events itself.
  [[nodiscard]] const std::vector<Event>& relevant() const { return relevant_; }

  /// The best outcome of the case has happened, and nothing is missing any more.
  [[nodiscard]] bool complete() const { return complete_; }
  /// No alternative can come true any more.
  [[nodiscard]] bool hopeless() const { return hopeless_; }

  static constexpr std::size_t kKeptOctets = 64 * 1024;

 private:
  /// A payload that may come next, and how far the arriving message has agreed with it.
  struct Candidate {
    const Payload* payload;
    std::string pattern;  ///< its unit, repeated to a size that is worth a comparison
    bool binary;
    bool expected;  ///< by an alternative; otherwise it was only sent
    std::optional<std::uint64_t> differs_at;
  };
  void add_candidate(const Payload& payload, bool binary, bool expected);

  void echo_piece(std::string_view piece);
  [[nodiscard]] Message end_echo();
  void keep(std::string_view piece);

  void judge();

  /// How far the events have come in an alternative; nothing once they have left it.
  struct Progress {
    const Alternative* alternative;
    std::optional<std::size_t> all = 0;
    std::optional<std::size_t> relevant = 0;
  };

  std::vector<Progress> progress_;
  std::vector<Event> all_;
  std::vector<Event> relevant_;
  std::vector<Event> sent_;  ///< whole messages of the steps
  bool expects_pings_ = false;
  bool complete_ = false;
  bool hopeless_ = false;
  std::vector<Candidate> candidates_;
  struct Echo {
    std::string_view octets;
    bool binary = false;
    std::optional<std::uint64_t> differs_at;
  };
  std::optional<Echo> echo_;
  std::string kept_;
  std::uint64_t size_ = 0;
  bool binary_ = false;
};

}  // namespace wsproof::conformance
