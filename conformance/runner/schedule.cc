// SPDX-License-Identifier: Apache-2.0
#include "conformance/runner/schedule.h"

#include <algorithm>
#include <numeric>

#include "conformance/runner/cost.h"

namespace wsproof::conformance {

Schedule::Schedule(const std::vector<const Case*>& cases, std::size_t jobs)
    : jobs_(std::max<std::size_t>(jobs, 1)), waiting_(cases.size()) {
  std::iota(waiting_.begin(), waiting_.end(), std::size_t{0});
  std::stable_sort(waiting_.begin(), waiting_.end(),
                   [&](std::size_t a, std::size_t b) { return cost(*cases[a]) > cost(*cases[b]); });
  if (jobs_ == 1) {
    alone_.resize(cases.size());
    std::iota(alone_.begin(), alone_.end(), std::size_t{0});
    waiting_.clear();
  } else if (!waiting_.empty()) {
    alone_.push_back(waiting_.back());
    waiting_.pop_back();
  }
}

std::optional<std::size_t> Schedule::next() {
  if (target_is_silent()) {
    return std::nullopt;
  }
  // The scout is in alone_ at first and goes ahead of those who wait; later, alone_ comes last.
  const bool scouting = is_alone_ && !alone_.empty();
  if (!waiting_.empty() && !scouting) {
    if (running_ >= jobs_ || (is_alone_ && running_ > 0)) {
      return std::nullopt;
    }
    is_alone_ = false;
    ++running_;
    const std::size_t place = waiting_.front();
    waiting_.pop_front();
    return place;
  }
  if (running_ == 0 && alone_.empty() && silent_alone_.empty()) {
    late_again_ = true;
    alone_.assign(late_.begin(), late_.end());
    late_.clear();
  }
  if (alone_.empty() || running_ > 0) {
    return std::nullopt;
  }
  is_alone_ = true;
  ++running_;
  const std::size_t place = alone_.front();
  alone_.pop_front();
  return place;
}

bool Schedule::finished(std::size_t place, Outcome outcome) {
  --running_;
  if (outcome == Outcome::kNotReached) {
    (is_alone_ ? alone_ : waiting_).push_front(place);
    return false;
  }
  const bool silent = outcome == Outcome::kOpenTimeout;
  if (is_alone_) {
    if (late_again_) {
      late_alone(outcome == Outcome::kLate);
    }
    return finished_alone(place, silent);
  }
  if (outcome == Outcome::kLate) {
    late_.push_back(place);
    return false;
  }
  silent_together_ = silent ? silent_together_ + 1 : 0;
  if (!silent) {
    return true;
  }
  alone_.push_back(place);
  if (silent_together_ >= std::min(jobs_, kSilentTogether)) {
    alone_.insert(alone_.end(), waiting_.begin(), waiting_.end());
    waiting_.clear();
  }
  return false;
}

bool Schedule::finished_alone(std::size_t place, bool silent) {
  if (!silent) {
    silent_in_a_row_ = 0;
    alone_.insert(alone_.end(), silent_alone_.begin(), silent_alone_.end());
    silent_alone_.clear();
    return true;
  }
  ++silent_in_a_row_;
  // Whatever waited to run side by side would wait in vain as well.
  alone_.insert(alone_.end(), waiting_.begin(), waiting_.end());
  waiting_.clear();
  if (!second_try_.insert(place).second) {
    return true;
  }
  silent_alone_.push_back(place);
  if (alone_.empty() && !target_is_silent()) {
    alone_.swap(silent_alone_);
  }
  return false;
}

void Schedule::late_alone(bool late) {
  late_in_a_row_ = late ? late_in_a_row_ + 1 : 0;
  if (late_in_a_row_ == kLateAlone) {
    standing_.assign(alone_.begin(), alone_.end());
    alone_.clear();
  }
}

std::vector<std::size_t> Schedule::give_up() {
  std::vector<std::size_t> rest(waiting_.begin(), waiting_.end());
  rest.insert(rest.end(), alone_.begin(), alone_.end());
  rest.insert(rest.end(), silent_alone_.begin(), silent_alone_.end());
  rest.insert(rest.end(), late_.begin(), late_.end());
  rest.insert(rest.end(), standing_.begin(), standing_.end());
  waiting_.clear();
  alone_.clear();
  silent_alone_.clear();
  late_.clear();
  standing_.clear();
  return rest;
}

}  // namespace wsproof::conformance
