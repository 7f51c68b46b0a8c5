// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <uv.h>

#include <memory>
#include <string>

#include "server/transport/handle.h"
#include "server/transport/loop_state.h"
#include "server/transport/stream.h"

namespace wsproof {

/// What libuv sees of a TCP connection, and all that it costs while it is idle.
class TcpCore final : public HandleCore {
 public:
  explicit TcpCore(Loop& loop) : loop_(loop.state()) {
    if (uv_tcp_init(loop.raw(), &tcp_) == 0) opened();
  }

  [[nodiscard]] uv_handle_t* handle() override { return reinterpret_cast<uv_handle_t*>(&tcp_); }
  [[nodiscard]] uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&tcp_); }
  [[nodiscard]] uv_tcp_t* tcp() { return &tcp_; }
  /// False where libuv has refused the handle: nothing may be done with it.
  [[nodiscard]] bool usable() const { return is_open(); }

  void start(StreamHandler& handler);
  void write(Bytes head, Bytes body);
  void write_shared(std::shared_ptr<const std::string> octets);
  void flush();
  [[nodiscard]] std::size_t pending() const;
  void pause_reading();
  void resume_reading();
  void shutdown();
  void reset();

  void end_of_tick() override;

 private:
  ~TcpCore() override;
  void before_close() override;

  [[nodiscard]] bool accepts_writes() const {
    return !closing() && !failed_ && !shutdown_asked_ && late_error_ == 0;
  }
  template <typename Work>
  void guard(Work&& work);
  void list();
  WriteQueue& gathering();
  [[nodiscard]] bool kernel_takes(WriteQueue& queue);
  void write_in_flight();
  void start_shutdown();
  void fail_later(int code);
  void fail(int code);
  void read(ssize_t count, const uv_buf_t& buffer);
  void written(int status);

  uv_tcp_t tcp_{};
  Loop::State& loop_;
  StreamHandler* handler_ = nullptr;
  std::unique_ptr<QueuedWrite> gathering_;  // written in this tick
  std::unique_ptr<QueuedWrite> in_flight_;  // what the kernel did not take at once; libuv has it
  int late_error_ = 0;                      // to be told at the end of the tick
  bool listed_ = false;                     // the loop will call end_of_tick()
  bool paused_ = false;
  bool eof_ = false;
  bool failed_ = false;
  bool shutdown_asked_ = false;
  bool shutdown_started_ = false;
};

/// A connected TCP socket as a Stream.
class TcpStream final : public Stream {
 public:
  explicit TcpStream(HandleOwner<TcpCore> core) : core_(std::move(core)) {}

  void start(StreamHandler& handler) override { core_->start(handler); }
  void write(Bytes head, Bytes body) override { core_->write(head, body); }
  void write_shared(std::shared_ptr<const std::string> octets) override {
    core_->write_shared(std::move(octets));
  }
  void flush() override { core_->flush(); }
  [[nodiscard]] std::size_t pending() const override { return core_->pending(); }
  void pause_reading() override { core_->pause_reading(); }
  void resume_reading() override { core_->resume_reading(); }
  void shutdown() override { core_->shutdown(); }
  void reset() override { core_->reset(); }
  void close() override { core_->close(); }
  [[nodiscard]] std::string peer_address() const override;

 private:
  HandleOwner<TcpCore> core_;
};

}  // namespace wsproof
