// SPDX-License-Identifier: Apache-2.0
#include "server/transport/tcp_stream.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "server/transport/address.h"

namespace wsproof {
namespace {

// As much as is gathered before it leaves in the middle of a tick: more would fall out of the cache
// and gain no system calls.
constexpr std::size_t kGather = 64 * 1024;
// From here on a write of its own costs less than copying.
constexpr std::size_t kDirect = 16 * 1024;
// Pieces for one call of the kernel; what is above takes another call.
constexpr std::size_t kPieces = 16;
// Pieces that libuv keeps in the request itself. For more it needs memory, and where there is none
// it counts the request all the same, for which the loop would wait for ever.
constexpr std::size_t kPiecesOfRequest = 4;

uv_buf_t buffer_of(Bytes bytes) {
  // libuv takes one type for reading and writing; it does not change what it writes.
  auto* base = const_cast<char*>(reinterpret_cast<const char*>(bytes.data()));
  return uv_buf_init(base, static_cast<unsigned int>(bytes.size()));
}

/// One attempt; octets that the kernel took. Errors come again, and are told, from uv_write.
std::size_t try_write(uv_stream_t* stream, std::span<const Bytes> pieces) {
  std::array<uv_buf_t, kPieces + 2> buffers{};
  for (std::size_t i = 0; i < pieces.size(); ++i) buffers[i] = buffer_of(pieces[i]);
  const int taken = uv_try_write(stream, buffers.data(), static_cast<unsigned int>(pieces.size()));
  return taken > 0 ? static_cast<std::size_t>(taken) : 0;
}

std::size_t total(std::span<const Bytes> pieces) {
  std::size_t sum = 0;
  for (const Bytes piece : pieces) sum += piece.size();
  return sum;
}

}  // namespace

TcpCore::~TcpCore() = default;

void TcpCore::before_close() {
  handler_ = nullptr;
  gathering_.reset();
  if (listed_) loop_.forget(*this);
}

void TcpCore::start(StreamHandler& handler) {
  handler_ = &handler;
  resume_reading();
}

void TcpCore::resume_reading() {
  paused_ = false;
  if (closing() || failed_ || eof_ || handler_ == nullptr) return;
  const int status = uv_read_start(
      stream(),
      [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
        auto* loop = static_cast<Loop::State*>(uv_loop_get_data(handle->loop));
        *buffer = uv_buf_init(reinterpret_cast<char*>(loop->receive_buffer.get()),
                              static_cast<unsigned int>(Loop::State::kReceiveBuffer));
      },
      [](uv_stream_t* handle, ssize_t count, const uv_buf_t* buffer) {
        auto* core = static_cast<TcpCore*>(HandleCore::of(reinterpret_cast<uv_handle_t*>(handle)));
        core->guard([&] { core->read(count, *buffer); });
      });
  if (status != 0 && status != UV_EALREADY) fail_later(status);
}

void TcpCore::pause_reading() {
  paused_ = true;
  if (!closing()) uv_read_stop(stream());
}

void TcpCore::read(ssize_t count, const uv_buf_t& buffer) {
  if (handler_ == nullptr || count == 0) return;
  if (count == UV_EOF) {
    eof_ = true;
    loop_.guard([this] { handler_->on_eof(); });
  } else if (count < 0) {
    fail(static_cast<int>(count));
    return;
  } else {
    loop_.guard([&] {
      handler_->on_data(
          {reinterpret_cast<std::uint8_t*>(buffer.base), static_cast<std::size_t>(count)});
    });
  }
  // What was answered leaves at once, while it is warm; the core lives at least until libuv's close
  // callback, whatever the handler did.
  if (!closing()) flush();
}

/// What libuv calls does its work within this: memory that this stream lacks costs this stream.
/// What its owner lets out is another matter, and goes to whoever runs the loop.
template <typename Work>
void TcpCore::guard(Work&& work) {
  loop_.guard([&] {
    try {
      std::forward<Work>(work)();
    } catch (const std::bad_alloc&) {
      fail(UV_ENOMEM);
    }
  });
}

void TcpCore::list() {
  if (listed_) return;
  loop_.at_end_of_tick(*this);
  listed_ = true;
}

WriteQueue& TcpCore::gathering() {
  if (gathering_ == nullptr) gathering_ = loop_.take_write();
  list();
  return gathering_->queue;
}

void TcpCore::write(Bytes head, Bytes body) {
  if (!accepts_writes()) return;
  // All that may fail comes before the first octet leaves, or before the first is queued.
  list();
  if (body.size() >= kDirect && in_flight_ == nullptr) {
    if (gathering_ != nullptr && gathering_->queue.pieces() > kPieces) flush();
    if (in_flight_ == nullptr) {
      std::array<Bytes, kPieces + 2> pieces;
      std::size_t count = 0;
      std::size_t before = 0;
      if (gathering_ != nullptr) {
        count = gathering_->queue.front(std::span(pieces).first(kPieces));
        before = gathering_->queue.size();
      }
      pieces[count++] = head;
      pieces[count++] = body;
      std::size_t taken = try_write(stream(), std::span(pieces).first(count));
      const std::size_t from_queue = std::min(taken, before);
      if (from_queue > 0) gathering_->queue.consume(from_queue);
      taken -= from_queue;
      const std::size_t from_head = std::min(taken, head.size());
      head = head.subspan(from_head);
      body = body.subspan(taken - from_head);
      if (head.empty() && body.empty()) return;
      try {
        gathering().append(head, body);
      } catch (const std::bad_alloc&) {
        // Half of it has left: nothing that follows could be understood.
        fail_later(UV_ENOMEM);
        return;
      }
      in_flight_ = std::exchange(gathering_, nullptr);
      write_in_flight();
      return;
    }
  }
  WriteQueue& queue = gathering();
  queue.append(head, body);
  if (queue.size() >= kGather) flush();
}

void TcpCore::write_shared(std::shared_ptr<const std::string> octets) {
  if (!accepts_writes()) return;
  WriteQueue& queue = gathering();
  queue.append_shared(std::move(octets));
  if (queue.size() >= kGather) flush();
}

void TcpCore::flush() {
  if (gathering_ == nullptr || in_flight_ != nullptr || closing() || failed_) return;
  if (kernel_takes(gathering_->queue)) {
    loop_.give_back(std::move(gathering_));
    return;
  }
  in_flight_ = std::exchange(gathering_, nullptr);
  write_in_flight();
}

/// All of it, or false.
bool TcpCore::kernel_takes(WriteQueue& queue) {
  while (!queue.empty()) {
    std::array<Bytes, kPieces> storage;
    const std::span<const Bytes> pieces = std::span(storage).first(queue.front(storage));
    const std::size_t taken = try_write(stream(), pieces);
    queue.consume(taken);
    if (taken < total(pieces)) return false;
  }
  return true;
}

/// Gives libuv the front of what is in flight; the rest follows in written().
void TcpCore::write_in_flight() {
  std::array<Bytes, kPiecesOfRequest> storage;
  const std::span<const Bytes> pieces = std::span(storage).first(in_flight_->queue.front(storage));
  std::array<uv_buf_t, kPiecesOfRequest> buffers{};
  std::transform(pieces.begin(), pieces.end(), buffers.begin(), buffer_of);
  in_flight_->given = total(pieces);
  in_flight_->request.data = this;
  const int status =
      uv_write(&in_flight_->request, stream(), buffers.data(),
               static_cast<unsigned int>(pieces.size()), [](uv_write_t* request, int result) {
                 auto* core = static_cast<TcpCore*>(request->data);
                 core->guard([core, result] { core->written(result); });
               });
  if (status == 0) return;
  in_flight_.reset();
  fail_later(status);
}

void TcpCore::written(int status) {
  if (closing()) {
    in_flight_.reset();
    return;
  }
  if (status < 0) {
    in_flight_.reset();
    fail(status);
    return;
  }
  WriteQueue& queue = in_flight_->queue;
  queue.consume(std::exchange(in_flight_->given, 0));
  if (!kernel_takes(queue)) {
    write_in_flight();
    return;
  }
  loop_.give_back(std::move(in_flight_));
  flush();
  if (shutdown_asked_) start_shutdown();
  if (pending() == 0 && handler_ != nullptr) {
    loop_.guard([this] { handler_->on_drained(); });
  }
}

std::size_t TcpCore::pending() const {
  const std::size_t gathered = gathering_ != nullptr ? gathering_->queue.size() : 0;
  if (in_flight_ == nullptr) return gathered;
  return gathered + in_flight_->queue.size() - in_flight_->given + tcp_.write_queue_size;
}

void TcpCore::shutdown() {
  if (!accepts_writes()) return;
  shutdown_asked_ = true;
  flush();
  start_shutdown();
}

void TcpCore::start_shutdown() {
  // libuv sends FIN behind what it has been given; what is still gathered has to be given first.
  if (shutdown_started_ || gathering_ != nullptr || closing() || failed_) return;
  auto request = std::make_unique<uv_shutdown_t>();
  shutdown_started_ = true;
  const int status =
      uv_shutdown(request.get(), stream(), [](uv_shutdown_t* done, int) { delete done; });
  if (status == 0) {
    static_cast<void>(request.release());
  } else {
    fail_later(status);
  }
}

void TcpCore::reset() {
  if (closing()) return;
  // uv_tcp_close_reset refuses once a shutdown was asked for; this is what it does otherwise.
  const linger none{1, 0};
  uv_os_fd_t descriptor = -1;
  if (uv_fileno(handle(), &descriptor) == 0) {
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
  }
  close();
}

void TcpCore::end_of_tick() {
  listed_ = false;
  guard([this] {
    if (closing()) return;
    if (late_error_ != 0) {
      fail(late_error_);
    } else {
      flush();
    }
  });
}

/// The owner is told at the end of the tick: it does not expect to be within its own call.
void TcpCore::fail_later(int code) {
  list();
  late_error_ = code;
}

void TcpCore::fail(int code) {
  if (std::exchange(failed_, true) || closing()) return;
  uv_read_stop(stream());
  gathering_.reset();
  if (handler_ != nullptr) {
    loop_.guard([&] { handler_->on_error(transport_error(code)); });
  }
}

std::string TcpStream::peer_address() const {
  sockaddr_storage storage{};
  int size = sizeof(storage);
  if (core_->closing() ||
      uv_tcp_getpeername(core_->tcp(), reinterpret_cast<sockaddr*>(&storage), &size) != 0) {
    return {};
  }
  return SocketAddress(reinterpret_cast<const sockaddr*>(&storage)).text();
}

}  // namespace wsproof
