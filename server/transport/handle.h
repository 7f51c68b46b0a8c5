// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <uv.h>

namespace wsproof {

/// The part of an object that libuv holds a pointer to, apart from the object itself: the owner may
/// go at any moment, from within any callback, while libuv needs its handle until the close
/// callback. Freed when both have let go. Made with new, never deleted by hand.
class HandleCore {
 public:
  HandleCore() = default;
  HandleCore(const HandleCore&) = delete;
  HandleCore& operator=(const HandleCore&) = delete;

  /// After a successful uv_*_init of handle().
  void opened();
  /// Begins to close; again is fine.
  void close();
  /// The owner lets go: closes, and frees as soon as libuv has let go as well.
  void release();
  [[nodiscard]] bool closing() const { return closing_; }

  /// The core of a handle that has one, else null.
  [[nodiscard]] static HandleCore* of(const uv_handle_t* handle) {
    return static_cast<HandleCore*>(handle->data);
  }

  [[nodiscard]] virtual uv_handle_t* handle() = 0;
  /// Called by the loop before it waits, where the core has asked for it.
  virtual void end_of_tick() {}

 protected:
  virtual ~HandleCore() = default;
  [[nodiscard]] bool is_open() const { return open_; }
  /// The last moment before libuv is told to close.
  virtual void before_close() {}

 private:
  static void on_closed(uv_handle_t* handle);

  bool open_ = false;      // libuv holds the handle
  bool closing_ = false;   // no callback but on_closed will follow
  bool released_ = false;  // the owner is gone
};

/// What an owner holds: releases the core at its end.
template <typename Core>
class HandleOwner {
 public:
  explicit HandleOwner(Core* core) : core_(core) {}
  HandleOwner(const HandleOwner&) = delete;
  HandleOwner& operator=(const HandleOwner&) = delete;
  HandleOwner(HandleOwner&& other) noexcept : core_(other.core_) { other.core_ = nullptr; }
  HandleOwner& operator=(HandleOwner&&) = delete;
  ~HandleOwner() {
    if (core_ != nullptr) core_->release();
  }
  Core* operator->() const { return core_; }
  [[nodiscard]] Core* get() const { return core_; }

 private:
  Core* core_;
};

}  // namespace wsproof
