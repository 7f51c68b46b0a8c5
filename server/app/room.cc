// SPDX-License-Identifier: Apache-2.0
#include "server/app/room.h"

#include <algorithm>
#include <functional>
#include <new>
#include <utility>

namespace wsproof {
namespace {

// More of one tick than this is no gain in system calls, only in memory.
constexpr std::size_t kGather = 256 * 1024;
// Until memory may be there again.
constexpr Time kLater = std::chrono::milliseconds(10);
constexpr int kTries = 10;

}  // namespace

RoomMember::~RoomMember() {
  if (room_ != nullptr) room_->leave(*this);
}

Room::~Room() {
  for (RoomMember* member : members_) member->room_ = nullptr;
}

void Room::join(RoomMember& member) {
  flush();
  const int window_bits = member.window_bits();
  Form* const form = window_bits > 0 ? &form_of(window_bits) : nullptr;
  members_.push_back(&member);
  // From here on nothing fails.
  member.room_ = this;
  member.place_ = members_.size() - 1;
  member.window_bits_ = window_bits;
  if (form != nullptr) ++form->members;
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
  const std::size_t before = frames_.size();
  try {
    gather(kind, payload);
    if (frames_.size() < kGather && !flush_is_due_) {
      loop_.defer([this] {
        flush_is_due_ = false;
        flush_or_later();
      });
      flush_is_due_ = true;
    }
  } catch (...) {
    // Everyone hears it, or nobody does.
    frames_.resize(before);
    for (Form& form : forms_) form.frames.resize(form.before);
    throw;
  }
  if (frames_.size() >= kGather) flush();
}

void Room::gather(MessageKind kind, Bytes payload) {
  for (Form& form : forms_) form.before = form.frames.size();
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
}

void Room::flush_or_later() {
  try {
    flush();
    tries_ = 0;
  } catch (const std::bad_alloc&) {
    // Whoever has been told nothing for so long should not wait for ever.
    if (++tries_ == kTries) throw;
    later_.start(kLater);
  }
}

void Room::flush() {
  if (frames_.empty()) return;
  // What fails here leaves everything as it is, for the next flush.
  Batch batch;
  const auto plain = std::make_shared<std::string>();
  batch.plain = plain;
  std::vector<std::shared_ptr<std::string>> compressed;
  compressed.reserve(forms_.size());
  batch.compressed.reserve(forms_.size());
  for (const Form& form : forms_) {
    compressed.push_back(std::make_shared<std::string>());
    if (!form.frames.empty()) batch.compressed.emplace_back(form.window_bits, compressed.back());
  }
  std::vector<std::function<void()>> posts;
  posts.reserve(siblings_.size());
  for (Room* sibling : siblings_) {
    posts.emplace_back([sibling, batch] { sibling->deliver(batch); });
  }
  // From here on nothing fails.
  plain->swap(frames_);
  for (std::size_t i = 0; i < forms_.size(); ++i) compressed[i]->swap(forms_[i].frames);
  for (std::size_t i = 0; i < siblings_.size(); ++i) {
    siblings_[i]->loop_.post(std::move(posts[i]));
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
  Form form;
  form.window_bits = window_bits;
  form.compression = std::make_unique<Compression>(Role::kServer, agreed, deflate_);
  return forms_.emplace_back(std::move(form));
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
