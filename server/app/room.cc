// SPDX-License-Identifier: Apache-2.0
#include "server/app/room.h"

#include <utility>

namespace wsproof {
namespace {

// More of one tick than this is no gain in system calls, only in memory.
constexpr std::size_t kGather = 256 * 1024;

}  // namespace

RoomMember::~RoomMember() {
  if (room_ != nullptr) room_->leave(*this);
}

Room::~Room() {
  for (RoomMember* member : members_) member->room_ = nullptr;
}

void Room::join(RoomMember& member) {
  flush();
  member.room_ = this;
  member.place_ = members_.size();
  members_.push_back(&member);
}

void Room::leave(RoomMember& member) {
  if (member.room_ != this) return;
  members_[member.place_] = members_.back();
  members_[member.place_]->place_ = member.place_;
  members_.pop_back();
  member.room_ = nullptr;
}

void Room::broadcast(MessageKind kind, Bytes payload) {
  std::string frame = encode_message(kind, payload);
  if (frames_.empty()) {
    frames_ = std::move(frame);
  } else {
    frames_ += frame;
  }
  if (frames_.size() >= kGather) {
    flush();
  } else if (!std::exchange(flush_is_due_, true)) {
    loop_.defer([this] {
      flush_is_due_ = false;
      flush();
    });
  }
}

void Room::flush() {
  if (frames_.empty()) return;
  const auto frames = std::make_shared<const std::string>(std::exchange(frames_, {}));
  for (Room* sibling : siblings_) {
    sibling->loop_.post([sibling, frames] { sibling->deliver(frames); });
  }
  deliver(frames);
}

void Room::deliver(const std::shared_ptr<const std::string>& frames) {
  for (RoomMember* member : members_) member->deliver(frames);
}

}  // namespace wsproof
