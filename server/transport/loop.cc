// SPDX-License-Identifier: Apache-2.0
#include "server/transport/loop.h"

#include <csignal>
#include <stdexcept>
#include <string>
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
// Of work that is deferred or posted: for so many, no memory has to be found.
constexpr std::size_t kItems = 64;

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
  spare_writes.reserve(kSpareWrites);
  for (auto* list : {&deferred, &deferred_now, &posted, &posted_now}) list->reserve(kItems);
  int status = uv_loop_init(&loop);
  if (status == 0) {
    uv_loop_set_data(&loop, this);
    status = open_handles();
    if (status != 0) close_all();
  }
  if (status != 0) {
    throw std::runtime_error(std::string("cannot make an event loop: ") + uv_strerror(status));
  }
}

int Loop::State::open_handles() {
  int status = uv_prepare_init(&loop, &prepare);
  if (status == 0) status = uv_check_init(&loop, &check);
  if (status == 0) {
    status = uv_async_init(&loop, &async, [](uv_async_t* handle) {
      State& state = state_of(reinterpret_cast<uv_handle_t*>(handle));
      state.guard([&state] { state.run_posted(); });
    });
  }
  if (status != 0) return status;
  status = uv_prepare_start(&prepare, [](uv_prepare_t* handle) {
    State& state = state_of(reinterpret_cast<uv_handle_t*>(handle));
    state.guard([&state] { state.run_end_of_tick(); });
  });
  if (status == 0) {
    status = uv_check_start(&check, [](uv_check_t* handle) {
      State& state = state_of(reinterpret_cast<uv_handle_t*>(handle));
      state.guard([&state] { state.run_end_of_tick(); });
    });
  }
  for (uv_handle_t* handle :
       {reinterpret_cast<uv_handle_t*>(&prepare), reinterpret_cast<uv_handle_t*>(&check),
        reinterpret_cast<uv_handle_t*>(&async)}) {
    handle->data = nullptr;
    uv_unref(handle);
  }
  return status;
}

Loop::State::~State() {
  ending = true;
  deferred.clear();
  deferred_now.clear();
  close_all();
}

void Loop::State::close_all() {
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
  // Also where the loop was told to stop.
  while (uv_run(&loop, UV_RUN_DEFAULT) != 0) {
  }
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
    deferred_now.clear();
    deferred_now.swap(deferred);
    for (const std::function<void()>& item : deferred_now) item();
    deferred_now.clear();
    // By index: the list may grow, and entries may be forgotten, while it is worked on.
    for (std::size_t i = 0; i < dirty.size(); ++i) {  // NOLINT(modernize-loop-convert)
      if (dirty[i] != nullptr) dirty[i]->end_of_tick();
    }
    dirty.clear();
  }
}

void Loop::State::run_posted() {
  posted_now.clear();
  {
    const std::lock_guard lock(mutex);
    posted_now.swap(posted);
    if (std::exchange(interrupted, false)) uv_stop(&loop);
  }
  for (const std::function<void()>& item : posted_now) item();
  posted_now.clear();
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
  if (state_->failure != nullptr) {
    std::rethrow_exception(std::exchange(state_->failure, nullptr));
  }
}

void Loop::interrupt() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->interrupted = true;
  }
  uv_async_send(&state_->async);
}

void Loop::stop() { uv_stop(&state_->loop); }

Time Loop::now() const { return std::chrono::milliseconds(uv_now(&state_->loop)); }

void Loop::defer(std::function<void()> work) { state_->deferred.push_back(std::move(work)); }

void Loop::post(std::function<void()> work) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->posted.push_back(std::move(work));
  }
  const int status = uv_async_send(&state_->async);
  if (status != 0) {
    throw std::runtime_error(std::string("cannot wake an event loop: ") + uv_strerror(status));
  }
}

MutableBytes Loop::receive_buffer() {
  return {state_->receive_buffer.get(), State::kReceiveBuffer};
}

uv_loop_s* Loop::raw() { return &state_->loop; }

}  // namespace wsproof
