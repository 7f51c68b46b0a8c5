// SPDX-License-Identifier: Apache-2.0
#include "server/transport/deadlines.h"

#include <algorithm>
#include <utility>

namespace wsproof {

DeadlineOwner::~DeadlineOwner() {
  if (deadlines_ != nullptr) deadlines_->remove(*this);
}

Deadlines::Deadlines(Loop& loop) : loop_(loop), timer_(loop, [this] { sweep(); }) {}

Deadlines::~Deadlines() {
  for (DeadlineOwner* owner : heap_) owner->deadlines_ = nullptr;
}

void Deadlines::watch(DeadlineOwner& owner, std::optional<Time> at) {
  if (!at) {
    if (owner.deadlines_ != nullptr) remove(owner);
    return;
  }
  // What an owner asks for during its call is for a later sweep: no owner can hold up the loop.
  if (sweeping_) at = std::max(*at, loop_.now() + kStep);
  if (owner.deadlines_ == nullptr) {
    heap_.push_back(&owner);
    owner.deadlines_ = this;
    owner.at_ = *at;
    put(heap_.size() - 1, owner);
  } else if (*at < owner.at_) {
    owner.at_ = *at;
  } else {
    return;
  }
  sift_up(owner.place_);
  if (heap_.front() == &owner) set_timer();
}

void Deadlines::remove(DeadlineOwner& owner) {
  const std::size_t place = owner.place_;
  DeadlineOwner* last = heap_.back();
  heap_.pop_back();
  owner.deadlines_ = nullptr;
  if (last != &owner) {
    put(place, *last);
    sift_up(place);
    sift_down(last->place_);
  }
  if (heap_.empty() && !sweeping_) {
    timer_.stop();
    timer_at_.reset();
  }
}

void Deadlines::put(std::size_t place, DeadlineOwner& owner) {
  heap_[place] = &owner;
  owner.place_ = place;
}

void Deadlines::sift_up(std::size_t place) {
  DeadlineOwner& owner = *heap_[place];
  while (place > 0) {
    const std::size_t parent = (place - 1) / 2;
    if (heap_[parent]->at_ <= owner.at_) break;
    put(place, *heap_[parent]);
    place = parent;
  }
  put(place, owner);
}

void Deadlines::sift_down(std::size_t place) {
  DeadlineOwner& owner = *heap_[place];
  for (;;) {
    std::size_t child = 2 * place + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1]->at_ < heap_[child]->at_) ++child;
    if (owner.at_ <= heap_[child]->at_) break;
    put(place, *heap_[child]);
    place = child;
  }
  put(place, owner);
}

void Deadlines::set_timer() {
  if (sweeping_ || heap_.empty()) return;
  // Rounded up to a step: neighbours in time share one waking.
  const Time at = heap_.front()->at_;
  const Time step = at + (kStep - at % kStep) % kStep;
  if (timer_at_ && *timer_at_ == step) return;
  timer_.start(step - loop_.now());
  timer_at_ = step;
}

void Deadlines::sweep() {
  const Time now = loop_.now();
  if (timer_at_ && now > *timer_at_ + kLate && !std::exchange(let_read_, true)) {
    // The loop comes to its timers before it looks for what has arrived.
    timer_.start(Time{1});
    return;
  }
  let_read_ = false;
  timer_at_.reset();
  sweeping_ = true;
  while (!heap_.empty() && heap_.front()->at_ <= now) {
    DeadlineOwner& owner = *heap_.front();
    remove(owner);
    owner.on_deadline(now);
  }
  sweeping_ = false;
  set_timer();
}

}  // namespace wsproof
