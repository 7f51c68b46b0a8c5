// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/protocol/bytes.h"
#include "server/protocol/compression.h"
#include "server/protocol/session.h"
#include "server/transport/loop.h"
#include "server/transport/timer.h"

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

  /// The window of messages that are compressed each on its own for this member; 0 where it gets
  /// them as they are.
  [[nodiscard]] virtual int window_bits() const { return 0; }

  /// Nobody in the room is behind any more.
  virtual void on_caught_up() {}

 protected:
  virtual ~RoomMember();
  [[nodiscard]] Room* room() const { return room_; }

 private:
  friend class Room;
  Room* room_ = nullptr;
  std::size_t place_ = 0;
  int window_bits_ = 0;  // as it was when it joined
};

/// Everyone online on one route of one loop. What a tick broadcasts is encoded once, into one
/// buffer, and compressed once for each window that members have without context takeover; it
/// leaves with one write a member at the tick's end, and no member has a copy of its own.
class Room {
 public:
  /// `deflate` outlives the room.
  Room(Loop& loop, const DeflateOptions& deflate)
      : loop_(loop), deflate_(deflate), later_(loop, [this] { flush_or_later(); }) {}
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

  /// Throws where there is no memory for it; nobody hears it then.
  void broadcast(MessageKind kind, Bytes payload);

  /// A member has more to read than it should have, and later it has not. Siblings are told.
  void one_falls_behind();
  void one_catches_up();
  /// Whether a member, here or on another loop, is behind.
  [[nodiscard]] bool is_behind() const { return behind_ + behind_elsewhere_ > 0; }

  /// Delivers what has been broadcast so far: before a member is sent something of its own, so that
  /// it hears everything in the order in which it was said. Where it throws, nothing was delivered,
  /// and the next time all is.
  void flush();

 private:
  /// What is broadcast, in the form of those members who have the same window.
  struct Form {
    int window_bits = 0;
    int members = 0;
    bool wanted = false;     // since the first message of what is gathered now
    std::size_t before = 0;  // octets of frames, before the message that is being added
    std::unique_ptr<Compression> compression;
    std::string frames;
  };
  using Frames = std::shared_ptr<const std::string>;
  /// What leaves at once.
  struct Batch {
    Frames plain;
    std::vector<std::pair<int, Frames>> compressed;  // by window bits

    [[nodiscard]] const Frames& of(int window_bits) const;
  };

  void gather(MessageKind kind, Bytes payload);
  void flush_or_later();
  [[nodiscard]] Form& form_of(int window_bits);
  void deliver(const Batch& batch);
  void change_behind(int& count, int by);

  Loop& loop_;
  std::vector<RoomMember*> members_;
  std::vector<Room*> siblings_;
  const DeflateOptions& deflate_;
  std::string frames_;
  std::vector<Form> forms_;
  int behind_ = 0;            // members
  int behind_elsewhere_ = 0;  // siblings that have such members
  bool flush_is_due_ = false;
  Timer later_;  // where there was no memory to deliver what was gathered
  int tries_ = 0;
};

}  // namespace wsproof
