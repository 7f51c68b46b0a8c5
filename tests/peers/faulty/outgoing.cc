// SPDX-License-Identifier: Apache-2.0
#include "tests/peers/faulty/outgoing.h"

#include <algorithm>

namespace wsproof::faulty {

void Outgoing::set_time(Time now) {
  now_ = now;
  while (true) {
    const auto due = std::min_element(late_.begin(), late_.end(),
                                      [](const Late& a, const Late& b) { return a.at < b.at; });
    if (due == late_.end() || due->at > now_) return;
    go(due->octets, due->end);
    late_.erase(due);
  }
}

void Outgoing::go(std::string_view octets, End end) {
  if (end_ != End::kOpen) return;
  ready_ += octets;
  end_ = end;
}

void Outgoing::send(std::string octets, Time delay) {
  if (delay == Time::zero()) {
    go(octets, End::kOpen);
  } else {
    late_.push_back({now_ + delay, std::move(octets)});
  }
}

void Outgoing::end(End end, Time delay) {
  if (delay == Time::zero()) {
    go({}, end);
  } else {
    late_.push_back({now_ + delay, {}, end});
  }
}

std::optional<Time> Outgoing::next_deadline() const {
  const auto first = std::min_element(late_.begin(), late_.end(),
                                      [](const Late& a, const Late& b) { return a.at < b.at; });
  if (first == late_.end()) return std::nullopt;
  return first->at;
}

}  // namespace wsproof::faulty
