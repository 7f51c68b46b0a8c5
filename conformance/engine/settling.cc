// SPDX-License-Identifier: Apache-2.0
#include "conformance/engine/settling.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace wsproof::conformance {
namespace {

using std::chrono::milliseconds;

// Peers that fail a connection do so while they read the violation: on one machine within a few
// milliseconds, under load within some tens.
constexpr milliseconds kQuiet{150};
constexpr milliseconds kGrace{100};

}  // namespace

std::string make_probe(RandomSource& random) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<std::uint8_t, 8> octets{};
  random.fill(octets);
  std::string probe = "wsproof-";
  for (const std::uint8_t octet : octets) {
    probe.push_back(kDigits[octet >> 4U]);
    probe.push_back(kDigits[octet & 15U]);
  }
  return probe;
}

void Settling::begin() {
  cautious_ = false;
  stage_ = Stage::kPingsFirst;
}

void Settling::begin_cautiously(Time now) {
  cautious_ = true;
  began_ = now;
  stage_ = Stage::kQuietFirst;
}

void Settling::ask() {
  outbox_.send_probe(make_probe(random_));
  stage_ = Stage::kAsked;
}

bool Settling::advance(Time now) {
  if (stage_ == Stage::kPingsFirst && outbox_.can_ping() && !pings_.outstanding()) ask();
  if (stage_ == Stage::kQuietFirst && outbox_.can_ping() &&
      now >= std::max(began_, last_heard_) + kQuiet) {
    ask();
  }
  if (stage_ == Stage::kAsked && pings_.probe_answered()) {
    stage_ = cautious_ ? Stage::kGrace : Stage::kSettled;
    grace_end_ = now + kGrace;
  }
  if (stage_ == Stage::kGrace && now >= grace_end_) stage_ = Stage::kSettled;
  return stage_ == Stage::kSettled;
}

std::optional<Time> Settling::next_deadline() const {
  if (stage_ == Stage::kQuietFirst && outbox_.can_ping()) {
    return std::max(began_, last_heard_) + kQuiet;
  }
  if (stage_ == Stage::kGrace) return grace_end_;
  return std::nullopt;
}

}  // namespace wsproof::conformance
