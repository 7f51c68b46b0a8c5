// SPDX-License-Identifier: Apache-2.0
#include "server/transport/tcp_stream.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

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
        static_cast<TcpCore*>(HandleCore::of(reinterpret_cast<uv_handle_t*>(handle)))
            ->read(count, *buffer);
      });
  if (status != 0 && status != UV_EALREADY) {
    late_error_ = status;
    if (!std::exchange(listed_, true)) loop_.at_end_of_tick(*this);
  }
}

void TcpCore::pause_reading() {
  paused_ = true;
  if (!closing()) uv_read_stop(stream());
}

void TcpCore::read(ssize_t count, const uv_buf_t& buffer) {
  if (handler_ == nullptr || count == 0) return;
  if (count == UV_EOF) {
    eof_ = true;
    handler_->on_eof();
  } else if (count < 0) {
    fail(static_cast<int>(count));
    return;
  } else {
    handler_->on_data(
        {reinterpret_cast<std::uint8_t*>(buffer.base), static_cast<std::size_t>(count)});
  }
  // What was answered leaves at once, while it is warm; the core lives at least until libuv's close
  // callback, whatever the handler did.
  if (!closing()) flush();
}

WriteQueue& TcpCore::gathering() {
  if (gathering_ == nullptr) gathering_ = loop_.take_write();
  if (!std::exchange(listed_, true)) loop_.at_end_of_tick(*this);
  return gathering_->queue;
}

void TcpCore::write(Bytes head, Bytes body) {
  if (!accepts_writes()) return;
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
      gathering().append(head);
      gathering().append(body);
      hand_to_libuv();
      return;
    }
  }
  WriteQueue& queue = gathering();
  queue.append(head);
  queue.append(body);
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
  WriteQueue& queue = gathering_->queue;
  while (!queue.empty()) {
    std::array<Bytes, kPieces> storage;
    const std::span<const Bytes> pieces = std::span(storage).first(queue.front(storage));
    const std::size_t taken = try_write(stream(), pieces);
    queue.consume(taken);
    if (taken < total(pieces)) {
      hand_to_libuv();
      return;
    }
  }
  loop_.give_back(std::move(gathering_));
}

void TcpCore::hand_to_libuv() {
  in_flight_ = std::move(gathering_);
  const WriteQueue& queue = in_flight_->queue;
  std::vector<Bytes> pieces(queue.pieces());
  static_cast<void>(queue.front(pieces));
  std::vector<uv_buf_t> buffers;
  buffers.reserve(pieces.size());
  for (const Bytes piece : pieces) buffers.push_back(buffer_of(piece));
  in_flight_->request.data = this;
  const int status =
      uv_write(&in_flight_->request, stream(), buffers.data(),
               static_cast<unsigned int>(buffers.size()), [](uv_write_t* request, int result) {
                 static_cast<TcpCore*>(request->data)->written(result);
               });
  if (status == 0) return;
  in_flight_.reset();
  late_error_ = status;
  if (!std::exchange(listed_, true)) loop_.at_end_of_tick(*this);
}

void TcpCore::written(int status) {
  std::unique_ptr<QueuedWrite> done = std::move(in_flight_);
  if (closing()) return;
  loop_.give_back(std::move(done));
  if (status < 0) {
    fail(status);
    return;
  }
  flush();
  if (shutdown_asked_) start_shutdown();
  if (pending() == 0 && handler_ != nullptr) handler_->on_drained();
}

std::size_t TcpCore::pending() const {
  return (gathering_ != nullptr ? gathering_->queue.size() : 0) + tcp_.write_queue_size;
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
  shutdown_started_ = true;
  auto* request = new uv_shutdown_t;
  // A peer that is gone makes this fail; reading tells the owner.
  const int status = uv_shutdown(request, stream(), [](uv_shutdown_t* done, int) { delete done; });
  if (status != 0) delete request;
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
  if (closing()) return;
  if (late_error_ != 0) {
    fail(std::exchange(late_error_, 0));
    return;
  }
  flush();
}

void TcpCore::fail(int code) {
  if (std::exchange(failed_, true) || closing()) return;
  uv_read_stop(stream());
  gathering_.reset();
  if (handler_ != nullptr) handler_->on_error(transport_error(code));
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
