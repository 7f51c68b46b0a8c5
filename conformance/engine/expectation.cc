// SPDX-License-Identifier: Apache-2.0
#include "conformance/engine/expectation.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace wsproof::conformance {
namespace {

// Patterns shorter than this are repeated, so that a comparison is worth its call.
constexpr std::size_t kPattern = 4096;
// An echo that no alternative asks for is recognised among so many messages of the steps.
constexpr std::size_t kSentMessages = 4;

/// The first place where `piece`, which stands at `offset`, differs from the pattern repeated.
std::optional<std::size_t> first_difference(std::string_view pattern, std::uint64_t offset,
                                            Bytes piece) {
  if (pattern.empty()) return piece.empty() ? std::nullopt : std::optional<std::size_t>(0);
  std::size_t at = 0;
  while (at < piece.size()) {
    const auto start = static_cast<std::size_t>((offset + at) % pattern.size());
    const std::size_t size = std::min(pattern.size() - start, piece.size() - at);
    const std::string_view expected = pattern.substr(start, size);
    const std::string_view actual = as_text(piece.subspan(at, size));
    if (expected != actual) {
      const auto [left, right] = std::mismatch(expected.begin(), expected.end(), actual.begin());
      return at + static_cast<std::size_t>(left - expected.begin());
    }
    at += size;
  }
  return std::nullopt;
}

bool mentions(const Case& test_case, Event::Kind kind) {
  const auto in = [kind](const std::vector<Alternative>& alternatives) {
    return std::any_of(alternatives.begin(), alternatives.end(), [kind](const auto& alternative) {
      return std::any_of(alternative.events.begin(), alternative.events.end(),
                         [kind](const Event& event) { return event.kind == kind; });
    });
  };
  return in(test_case.expect) || in(test_case.tolerated);
}

/// Passes `event` in `expected` from `place` on; optional ones may be skipped.
std::optional<std::size_t> pass(const std::vector<Event>& expected, std::size_t place,
                                const Event& event) {
  while (place < expected.size()) {
    if (same_event(expected[place], event)) return place + 1;
    if (!expected[place].optional) return std::nullopt;
    ++place;
  }
  return std::nullopt;
}

/// Whether nothing that must come is missing from `place` on.
bool nothing_missing(const std::vector<Event>& expected, std::size_t place) {
  return std::all_of(expected.begin() + static_cast<std::ptrdiff_t>(place), expected.end(),
                     [](const Event& event) { return event.optional; });
}

}  // namespace

bool same_octets(const Payload& a, const Payload& b) {
  if (a.size != b.size) return false;
  if (a.unit == b.unit || a.size == 0) return true;
  if (a.unit.empty() || b.unit.empty()) return false;
  // Two repetitions agree for ever once they have agreed for the sum of their periods.
  const std::uint64_t enough = std::min<std::uint64_t>(a.size, a.unit.size() + b.unit.size());
  for (std::uint64_t i = 0; i < enough; ++i) {
    if (a.unit[i % a.unit.size()] != b.unit[i % b.unit.size()]) return false;
  }
  return true;
}

bool same_event(const Event& expected, const Event& seen) {
  if (expected.kind != seen.kind) return false;
  switch (expected.kind) {
    case Event::Kind::kMessage:
      return expected.binary == seen.binary && same_octets(expected.payload, seen.payload);
    case Event::Kind::kPing:
    case Event::Kind::kPong:
      return same_octets(expected.payload, seen.payload);
    case Event::Kind::kTimeout:
      return expected.tag == seen.tag;
    case Event::Kind::kExchange:
      return expected.count == seen.count;
  }
  return false;
}

bool same_events(const std::vector<Event>& expected, const std::vector<Event>& seen) {
  std::size_t place = 0;
  for (const Event& event : seen) {
    const std::optional<std::size_t> next = pass(expected, place, event);
    if (!next) return false;
    place = *next;
  }
  return nothing_missing(expected, place);
}

Expectation::Expectation(const Case& test_case)
    : expects_pings_(mentions(test_case, Event::Kind::kPing)) {
  for (const Alternative& alternative : test_case.expect) progress_.push_back({&alternative});
  for (const Alternative& alternative : test_case.tolerated) progress_.push_back({&alternative});
  for (const Step& step : test_case.steps) {
    if (sent_.size() == kSentMessages) break;
    Event event{.kind = Event::Kind::kMessage};
    if (const auto* message = std::get_if<SendMessage>(&step)) {
      event.payload = message->payload;
      event.binary = message->binary;
      sent_.push_back(std::move(event));
    } else if (const auto* frame = std::get_if<SendFrame>(&step)) {
      if (!frame->fin || frame->header_only || is_control(frame->opcode)) continue;
      event.payload = frame->payload;
      event.binary = frame->opcode == opcode::kBinary;
      sent_.push_back(std::move(event));
    }
  }
  judge();
}

void Expectation::add_candidate(const Payload& payload, bool binary, bool expected) {
  for (const Candidate& known : candidates_) {
    if (known.payload == &payload) return;
  }
  std::string pattern = payload.unit;
  while (!pattern.empty() && pattern.size() < kPattern && pattern.size() < payload.size) {
    pattern += payload.unit;
  }
  candidates_.push_back({&payload, std::move(pattern), binary, expected, std::nullopt});
}

void Expectation::begin_message(bool binary) {
  candidates_.clear();
  kept_.clear();
  size_ = 0;
  binary_ = binary;
  if (echo_) return;
  for (const Progress& progress : progress_) {
    const std::vector<Event>& events = progress.alternative->events;
    for (const auto& start : {progress.all, progress.relevant}) {
      for (std::size_t place = start.value_or(events.size()); place < events.size(); ++place) {
        const Event& event = events[place];
        if (event.kind == Event::Kind::kMessage) add_candidate(event.payload, event.binary, true);
        if (!event.optional) break;
      }
    }
  }
  for (const Event& sent : sent_) add_candidate(sent.payload, sent.binary, false);
}

void Expectation::message_piece(Bytes piece) {
  if (echo_) {
    echo_piece(as_text(piece));
    return;
  }
  for (Candidate& candidate : candidates_) {
    if (candidate.differs_at) continue;
    const auto difference = first_difference(candidate.pattern, size_, piece);
    if (difference) {
      candidate.differs_at = std::min(size_ + *difference, candidate.payload->size);
    } else if (size_ + piece.size() > candidate.payload->size) {
      candidate.differs_at = candidate.payload->size;
    }
  }
  keep(as_text(piece));
  size_ += piece.size();
}

void Expectation::keep(std::string_view piece) {
  if (kept_.size() < kKeptOctets) kept_ += piece.substr(0, kKeptOctets - kept_.size());
}

void Expectation::await_echo(std::string_view octets, bool binary) { echo_ = {octets, binary, {}}; }

void Expectation::echo_piece(std::string_view piece) {
  const std::string_view octets = echo_->octets;
  if (!echo_->differs_at) {
    const auto at = static_cast<std::size_t>(size_);
    const std::string_view wanted = octets.substr(at, piece.size());
    if (wanted == piece) {
      size_ += piece.size();
      return;
    }
    const auto [left, right] =
        std::mismatch(wanted.begin(), wanted.end(), piece.begin(), piece.end());
    echo_->differs_at = size_ + static_cast<std::uint64_t>(left - wanted.begin());
    keep(octets.substr(0, at));
  }
  keep(piece);
  size_ += piece.size();
}

Expectation::Message Expectation::end_echo() {
  Echo echo = *std::exchange(echo_, std::nullopt);
  Message message;
  message.size = size_;
  if (!echo.differs_at) {
    if (size_ == echo.octets.size() && binary_ == echo.binary) {
      message.exchanged = true;
      return message;
    }
    keep(echo.octets.substr(0, static_cast<std::size_t>(size_)));
    if (size_ != echo.octets.size()) echo.differs_at = size_;
  }
  message.event.kind = Event::Kind::kMessage;
  message.event.binary = binary_;
  message.differs_at = echo.differs_at;
  message.cut = size_ > kept_.size();
  message.event.payload.size = kept_.size();
  message.event.payload.unit = std::move(kept_);
  kept_.clear();
  return message;
}

Expectation::Message Expectation::end_message() {
  if (echo_) return end_echo();
  Message message;
  message.size = size_;
  message.event.kind = Event::Kind::kMessage;
  message.event.binary = binary_;
  for (Candidate& candidate : candidates_) {
    if (!candidate.differs_at && size_ < candidate.payload->size) candidate.differs_at = size_;
    if (!candidate.differs_at && candidate.binary == binary_) {
      message.event.payload = *candidate.payload;
      message.expected = candidate.expected;
      message.echo = !candidate.expected;
      message.differs_at.reset();
      return message;
    }
    if (candidate.differs_at && candidate.expected) {
      message.differs_at = std::max(message.differs_at.value_or(0), *candidate.differs_at);
    }
  }
  message.cut = size_ > kept_.size();
  message.event.payload.size = kept_.size();
  message.event.payload.unit = std::move(kept_);
  kept_.clear();
  return message;
}

void Expectation::add(const Event& event, bool aside) {
  const bool matters = !aside || (expects_pings_ && event.kind == Event::Kind::kPing);
  all_.push_back(event);
  if (matters) relevant_.push_back(event);
  for (Progress& progress : progress_) {
    const std::vector<Event>& events = progress.alternative->events;
    if (progress.all) progress.all = pass(events, *progress.all, event);
    if (progress.relevant && matters) progress.relevant = pass(events, *progress.relevant, event);
  }
  judge();
}

void Expectation::judge() {
  const bool has_ok = std::any_of(progress_.begin(), progress_.end(), [](const Progress& progress) {
    return progress.alternative->behavior == Behavior::kOk;
  });
  complete_ = false;
  hopeless_ = true;
  for (const Progress& progress : progress_) {
    const bool best = !has_ok || progress.alternative->behavior == Behavior::kOk;
    for (const auto& place : {progress.all, progress.relevant}) {
      if (!place) continue;
      hopeless_ = false;
      if (best && nothing_missing(progress.alternative->events, *place)) complete_ = true;
    }
  }
}

}  // namespace wsproof::conformance
