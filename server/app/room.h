// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/protocol/bytes.h"
#include "server/protocol/session.h"
#include "server/transport/loop.h"

namespace wsproof {

class Room;

/// Someone whom a broadcast reaches. Leaves its room when it is destroyed.
class RoomMember {
 public:
  RoomMember() = default;
  RoomMember(const RoomMember&) = delete;
  RoomMember& operator=(const RoomMember&) = delete;

  /// Whole frames, to be sent now; the octets are shared with the other members. Must not leave or
  /// join a room from within the call.
  virtual void deliver(const std::shared_ptr<const std::string>& frames) = 0;

 protected:
  virtual ~RoomMember();
  [[nodiscard]] Room* room() const { return room_; }

 private:
  friend class Room;
  Room* room_ = nullptr;
  std::size_t place_ = 0;
};

/// Everyone online on one route of one loop. What a tick broadcasts is encoded once, into one
/// buffer, and leaves with one write a member at the tick's end; no member has a copy of its own.
class Room {
 public:
  explicit Room(Loop& loop) : loop_(loop) {}
  ~Room();
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  /// A member hears what is broadcast from now on.
  void join(RoomMember& member);
  void leave(RoomMember& member);
  [[nodiscard]] std::size_t size() const { return members_.size(); }

  /// The rooms of the same route on other loops: what is broadcast here reaches their members, too.
  /// Set before the loops run; each outlives the others' running.
  void set_siblings(std::vector<Room*> siblings) { siblings_ = std::move(siblings); }

  void broadcast(MessageKind kind, Bytes payload);

  /// Delivers what has been broadcast so far: before a member is sent something of its own, so that
  /// it hears everything in the order in which it was said.
  void flush();

 private:
  void deliver(const std::shared_ptr<const std::string>& frames);

  Loop& loop_;
  std::vector<RoomMember*> members_;
  std::vector<Room*> siblings_;
  std::string frames_;
  bool flush_is_due_ = false;
};

}  // namespace wsproof
