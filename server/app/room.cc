// SPDX-License-Identifier: Apache-2.0
#include "server/app/room.h"

#include <algorithm>
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
  member.window_bits_ = member.window_bits();
  if (member.window_bits_ > 0) ++form_of(member.window_bits_).members;
  members_.push_back(&member);
}

void Room::leave(RoomMember& member) {
  if (member.room_ != this) return;
  members_[member.place_] = members_.back();
  members_[member.place_]->place_ = member.place_;
  members_.pop_back();
  if (member.window_bits_ > 0) --form_of(member.window_bits_).members;
  member.room_ = nullptr;
}

void Room::broadcast(MessageKind kind, Bytes payload) {
  for (Form& form : forms_) {
    // Whoever joins later hears nothing of this, and whoever leaves does not change it.
    if (frames_.empty()) form.wanted = form.members > 0;
    if (form.wanted) form.frames += encode_message(kind, payload, form.compression.get());
  }
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
  Batch batch;
  batch.plain = std::make_shared<const std::string>(std::exchange(frames_, {}));
  for (Form& form : forms_) {
    if (form.frames.empty()) continue;
    batch.compressed.emplace_back(
        form.window_bits, std::make_shared<const std::string>(std::exchange(form.frames, {})));
  }
  for (Room* sibling : siblings_) {
    sibling->loop_.post([sibling, batch] { sibling->deliver(batch); });
  }
  deliver(batch);
}

Room::Form& Room::form_of(int window_bits) {
  const auto found = std::find_if(forms_.begin(), forms_.end(), [window_bits](const Form& form) {
    return form.window_bits == window_bits;
  });
  if (found != forms_.end()) return *found;
  DeflateParameters agreed;
  agreed.server_no_context_takeover = true;
  agreed.server_max_window_bits = window_bits;
  Form& form = forms_.emplace_back();
  form.window_bits = window_bits;
  form.compression = std::make_unique<Compression>(Role::kServer, agreed, deflate_);
  return form;
}

const Room::Frames& Room::Batch::of(int window_bits) const {
  const auto found =
      std::find_if(compressed.begin(), compressed.end(),
                   [window_bits](const auto& one) { return one.first == window_bits; });
  // A room on another loop may have nobody with this window. RFC 7692 6: any message may be sent
  // uncompressed.
  return found == compressed.end() ? plain : found->second;
}

void Room::one_falls_behind() {
  change_behind(behind_, 1);
  if (behind_ != 1) return;
  for (Room* sibling : siblings_) {
    sibling->loop_.post([sibling] { sibling->change_behind(sibling->behind_elsewhere_, 1); });
  }
}

void Room::one_catches_up() {
  change_behind(behind_, -1);
  if (behind_ != 0) return;
  for (Room* sibling : siblings_) {
    sibling->loop_.post([sibling] { sibling->change_behind(sibling->behind_elsewhere_, -1); });
  }
}

void Room::change_behind(int& count, int by) {
  count += by;
  if (is_behind()) return;
  // At the end of the tick, when no member is in the middle of a call. Who ends within one of these
  // calls has left the room, but is still there.
  loop_.defer([this] {
    if (is_behind()) return;
    const std::vector<RoomMember*> members = members_;
    for (RoomMember* member : members) {
      if (member->room_ == this) member->on_caught_up();
    }
  });
}

void Room::deliver(const Batch& batch) {
  for (RoomMember* member : members_) member->deliver(batch.of(member->window_bits_));
}

}  // namespace wsproof
