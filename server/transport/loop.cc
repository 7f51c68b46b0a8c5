// SPDX-License-Identifier: Apache-2.0
#include "server/transport/loop.h"

#include <csignal>
#include <new>
#include <utility>

#include "server/transport/loop_state.h"

namespace wsproof {
namespace {

// Vectorised code may look past the end of what was received.
constexpr std::size_t kPadding = 64;

// Enough for the receivers that one tick keeps busy; what is above goes back to the allocator.
constexpr std::size_t kSpareWrites = 256;
constexpr std::size_t kSpareOctets = 4 * 1024 * 1024;
constexpr std::size_t kSpareOctetsEach = 256 * 1024;

void ignore_sigpipe() {
  struct sigaction current {};
  if (sigaction(SIGPIPE, nullptr, &current) != 0 || current.sa_handler != SIG_DFL) return;
  current.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &current, nullptr);
}

Loop::State& state_of(uv_handle_t* handle) {
  return *static_cast<Loop::State*>(uv_loop_get_data(handle->loop));
}

}  // namespace

Loop::State::State() : receive_buffer(new std::uint8_t[kReceiveBuffer + kPadding]) {
  // The only causes are exhausted memory and descriptors; there is no running without a loop.
  if (uv_loop_init(&loop) != 0) throw std::bad_alloc();
  uv_loop_set_data(&loop, this);
  uv_prepare_init(&loop, &prepare);
  uv_check_init(&loop, &check);
  if (uv_async_init(&loop, &async, [](uv_async_t* handle) {
        state_of(reinterpret_cast<uv_handle_t*>(handle)).run_posted();
      }) != 0) {
    throw std::bad_alloc();
  }
  uv_prepare_start(&prepare, [](uv_prepare_t* handle) {
    state_of(reinterpret_cast<uv_handle_t*>(handle)).run_end_of_tick();
  });
  uv_check_start(&check, [](uv_check_t* handle) {
    state_of(reinterpret_cast<uv_handle_t*>(handle)).run_end_of_tick();
  });
  for (uv_handle_t* handle :
       {reinterpret_cast<uv_handle_t*>(&prepare), reinterpret_cast<uv_handle_t*>(&check),
        reinterpret_cast<uv_handle_t*>(&async)}) {
    handle->data = nullptr;
    uv_unref(handle);
  }
}

Loop::State::~State() {
  ending = true;
  deferred.clear();
  uv_walk(
      &loop,
      [](uv_handle_t* handle, void*) {
        if (uv_is_closing(handle) != 0) return;
        HandleCore* core = HandleCore::of(handle);
        if (core != nullptr) {
          core->close();
        } else {
          uv_close(handle, nullptr);
        }
      },
      nullptr);
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
}

void Loop::State::forget(const HandleCore& core) {
  for (HandleCore*& entry : dirty) {
    if (entry == &core) entry = nullptr;
  }
}

void Loop::State::run_end_of_tick() {
  // Deferred work writes, and flushing may fail and lead to more work: until all is quiet.
  while (!deferred.empty() || !dirty.empty()) {
    std::vector<std::function<void()>> work;
    work.swap(deferred);
    for (const std::function<void()>& item : work) item();
    // By index: the list may grow, and entries may be forgotten, while it is worked on.
    for (std::size_t i = 0; i < dirty.size(); ++i) {  // NOLINT(modernize-loop-convert)
      if (dirty[i] != nullptr) dirty[i]->end_of_tick();
    }
    dirty.clear();
  }
}

void Loop::State::run_posted() {
  std::vector<std::function<void()>> work;
  {
    const std::lock_guard lock(mutex);
    work.swap(posted);
  }
  for (const std::function<void()>& item : work) item();
}

std::unique_ptr<QueuedWrite> Loop::State::take_write() {
  if (spare_writes.empty()) return std::make_unique<QueuedWrite>();
  std::unique_ptr<QueuedWrite> write = std::move(spare_writes.back());
  spare_writes.pop_back();
  spare_octets -= write->queue.capacity();
  return write;
}

void Loop::State::give_back(std::unique_ptr<QueuedWrite> write) {
  if (spare_writes.size() >= kSpareWrites) return;
  write->queue.clear(spare_octets < kSpareOctets ? kSpareOctetsEach : 0);
  spare_octets += write->queue.capacity();
  spare_writes.push_back(std::move(write));
}

Loop::Loop() : state_(std::make_unique<State>()) { ignore_sigpipe(); }

Loop::~Loop() = default;

void Loop::run() {
  uv_update_time(&state_->loop);
  // libuv does not take a single turn where no handle is alive; work may open the first one.
  state_->run_posted();
  state_->run_end_of_tick();
  uv_run(&state_->loop, UV_RUN_DEFAULT);
}

void Loop::stop() { uv_stop(&state_->loop); }

Time Loop::now() const { return std::chrono::milliseconds(uv_now(&state_->loop)); }

void Loop::defer(std::function<void()> work) { state_->deferred.push_back(std::move(work)); }

void Loop::post(std::function<void()> work) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->posted.push_back(std::move(work));
  }
  uv_async_send(&state_->async);
}

MutableBytes Loop::receive_buffer() {
  return {state_->receive_buffer.get(), State::kReceiveBuffer};
}

uv_loop_s* Loop::raw() { return &state_->loop; }

}  // namespace wsproof
