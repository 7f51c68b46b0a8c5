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
  for (const Alternative& alternative : test_case.expect) {
    for (const Event& event : alternative.events) {
      if (event.kind == kind) return true;
    }
  }
  return false;
}

/// Places in `expected` that the next event may have once `seen` has come.
std::vector<std::size_t> next_places(const std::vector<Event>& expected,
                                     const std::vector<Event>& seen) {
  std::size_t place = 0;
  for (const Event& event : seen) {
    while (place < expected.size() && expected[place].optional &&
           !same_event(expected[place], event)) {
      ++place;
    }
    if (place == expected.size() || !same_event(expected[place], event)) return {};
    ++place;
  }
  std::vector<std::size_t> places;
  while (true) {
    places.push_back(place);
    if (place == expected.size() || !expected[place].optional) return places;
    ++place;
  }
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
  }
  return false;
}

bool same_events(const std::vector<Event>& expected, const std::vector<Event>& seen) {
  const std::vector<std::size_t> places = next_places(expected, seen);
  return !places.empty() && places.back() == expected.size();
}

Expectation::Expectation(const Case& test_case)
    : case_(test_case), expects_pings_(mentions(test_case, Event::Kind::kPing)) {
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
  for (const Alternative& alternative : case_.expect) {
    for (const std::vector<Event>* events : {&all_, &relevant_}) {
      for (const std::size_t place : next_places(alternative.events, *events)) {
        if (place == alternative.events.size()) continue;
        const Event& event = alternative.events[place];
        if (event.kind != Event::Kind::kMessage) continue;
        add_candidate(event.payload, event.binary, true);
      }
    }
  }
  for (const Event& sent : sent_) add_candidate(sent.payload, sent.binary, false);
}

void Expectation::message_piece(Bytes piece) {
  for (Candidate& candidate : candidates_) {
    if (candidate.differs_at) continue;
    const auto difference = first_difference(candidate.pattern, size_, piece);
    if (difference) {
      candidate.differs_at = std::min(size_ + *difference, candidate.payload->size);
    } else if (size_ + piece.size() > candidate.payload->size) {
      candidate.differs_at = candidate.payload->size;
    }
  }
  if (kept_.size() < kKeptOctets) {
    kept_ += as_text(piece.first(std::min(piece.size(), kKeptOctets - kept_.size())));
  }
  size_ += piece.size();
}

Expectation::Message Expectation::end_message() {
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
  all_.push_back(event);
  if (!aside || (expects_pings_ && event.kind == Event::Kind::kPing)) relevant_.push_back(event);
  judge();
}

void Expectation::judge() {
  const bool has_ok = std::any_of(
      case_.expect.begin(), case_.expect.end(),
      [](const Alternative& alternative) { return alternative.behavior == Behavior::kOk; });
  complete_ = false;
  hopeless_ = true;
  for (const Alternative& alternative : case_.expect) {
    for (const std::vector<Event>* events : {&all_, &relevant_}) {
      const std::vector<std::size_t> places = next_places(alternative.events, *events);
      if (places.empty()) continue;
      hopeless_ = false;
      const bool best = !has_ok || alternative.behavior == Behavior::kOk;
      if (best && places.back() == alternative.events.size()) complete_ = true;
    }
  }
}

}  // namespace wsproof::conformance
