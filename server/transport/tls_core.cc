// SPDX-License-Identifier: Apache-2.0
#include "server/transport/tls_core.h"

#include <openssl/err.h>
#include <uv.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "server/transport/address.h"
#include "server/transport/loop_state.h"
#include "server/transport/tls_bio.h"
#include "server/transport/tls_error.h"

namespace wsproof {
namespace {

// RFC 8446 5.1: the length of a record's content MUST NOT exceed 2^14.
constexpr std::size_t kRecord = 16 * 1024;
// A peer that asks for new keys again and again, and does not read the answers, gets no further.
constexpr std::size_t kReplies = 64 * 1024;
// Memory for gathering that an idle connection may keep.
constexpr std::size_t kKeep = 1024;

}  // namespace

TlsCore::TlsCore(Loop& loop, std::unique_ptr<Stream> inner, const TlsContext& context,
                 OpensslOwner<SSL> ssl, std::string name)
    : loop_(loop),
      inner_(std::move(inner)),
      context_(context),
      ssl_(std::move(ssl)),
      name_(std::move(name)) {
  attach_bio(ssl_.get(), *this);
}

void TlsCore::handshake(TlsStream::Secured secured) {
  secured_ = std::move(secured);
  begin();
}

void TlsCore::start(StreamHandler& handler) {
  handler_ = &handler;
  paused_ = false;
  begin();
  if (open_) schedule();
}

void TlsCore::begin() {
  if (std::exchange(begun_, true) || over()) return;
  inner_->start(*this);
  // A client speaks first; a server learns here that nothing has arrived yet.
  step_handshake();
}

void TlsCore::schedule() {
  if (scheduled_) return;
  loop_.defer([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->guard([&] { self->tick(); });
  });
  scheduled_ = true;
}

/// What the loop and the stream below call does its work within this: memory that this stream lacks
/// costs this stream.
template <typename Work>
void TlsCore::guard(Work&& work) {
  const auto self = shared_from_this();
  try {
    std::forward<Work>(work)();
  } catch (const std::bad_alloc&) {
    fail(transport_error(UV_ENOMEM));
  }
}

/// What the owner lets out is another matter, and goes to whoever runs the loop.
template <typename Call>
void TlsCore::tell(Call&& call) {
  loop_.state().guard(std::forward<Call>(call));
}

void TlsCore::tick() {
  scheduled_ = false;
  if (closed_) return;
  if (late_error_) {
    const TransportError error = *std::exchange(late_error_, std::nullopt);
    fail(error);
    return;
  }
  const std::vector<std::uint8_t> held = std::exchange(held_, {});
  input_ = held;
  advance();
}

void TlsCore::on_data(MutableBytes bytes) {
  if (over()) return;
  guard([&] {
    if (!held_.empty()) {
      held_.insert(held_.end(), bytes.begin(), bytes.end());
      return;
    }
    input_ = bytes;
    advance();
  });
}

void TlsCore::advance() {
  reading_ = true;
  if (!open_ && !over()) step_handshake();
  while (open_ && !over() && !eof_ && may_tell() && read_some()) {
  }
  reading_ = false;
  if (over()) {
    input_ = {};
    return;
  }
  if (eof_) input_ = {};  // RFC 8446 6.1: data after close_notify MUST be ignored.
  held_.assign(input_.begin(), input_.end());
  input_ = {};
  send();
  if (!open_) return;
  if (!may_tell()) {
    if (!std::exchange(inner_paused_, true)) inner_->pause_reading();
  } else if (std::exchange(inner_paused_, false)) {
    inner_->resume_reading();
  }
}

void TlsCore::step_handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) {
    secured();
  } else if (SSL_get_error(ssl_.get(), result) != SSL_ERROR_WANT_READ) {
    fail(tls_handshake_error(ssl_.get(), name_));
  }
}

void TlsCore::secured() {
  open_ = true;
  const bool waited = !gathering_.empty();
  if (const auto told = std::exchange(secured_, nullptr)) {
    tell([&] { told(nullptr); });
  }
  if (over()) return;
  send();
  if (shutdown_asked_) finish_shutdown();
  if (!waited || handler_ == nullptr) return;
  inner_->flush();
  if (pending() == 0) {
    tell([this] { handler_->on_drained(); });
  }
}

bool TlsCore::read_some() {
  const MutableBytes buffer = context_.state().plain_buffer();
  std::size_t filled = 0;
  int outcome = SSL_ERROR_NONE;
  while (filled < buffer.size()) {
    ERR_clear_error();
    std::size_t count = 0;
    const int result =
        SSL_read_ex(ssl_.get(), buffer.data() + filled, buffer.size() - filled, &count);
    filled += count;
    if (result == 1) continue;
    outcome = SSL_get_error(ssl_.get(), result);
    break;
  }
  if (inner_->pending() == 0) replies_ = 0;
  std::optional<TransportError> error;
  if (replies_ > kReplies) {
    error = make_tls_error(tls_error::kProtocol, "the peer floods TLS with requests for new keys");
  } else if (outcome != SSL_ERROR_NONE && outcome != SSL_ERROR_WANT_READ &&
             outcome != SSL_ERROR_ZERO_RETURN) {
    error = tls_protocol_error();
  }
  if (filled > 0) {
    tell([&] { handler_->on_data(buffer.first(filled)); });
  }
  if (over()) return false;
  if (error) {
    fail(*error);
    return false;
  }
  // What was paused meanwhile learns of the end when it reads on: OpenSSL says it again.
  if (outcome == SSL_ERROR_ZERO_RETURN && may_tell()) {
    eof_ = true;
    tell([this] { handler_->on_eof(); });
  }
  return outcome == SSL_ERROR_NONE;
}

std::size_t TlsCore::take_input(std::uint8_t* to, std::size_t most) {
  const std::size_t count = std::min(most, input_.size());
  if (count > 0) std::memcpy(to, input_.data(), count);
  input_ = input_.subspan(count);
  return count;
}

void TlsCore::put_output(Bytes octets) {
  if (reading_) replies_ += octets.size();
  inner_->write(octets);
}

void TlsCore::on_eof() {
  if (over() || eof_) return;
  guard([this] { take_eof(); });
}

void TlsCore::take_eof() {
  if (!open_) {
    fail(make_tls_error(tls_error::kHandshake,
                        "the peer ended the connection during the TLS handshake"));
  } else if (!shutdown_sent_ || handler_ == nullptr) {
    fail(make_tls_error(tls_error::kTruncated,
                        "the peer ended the connection without TLS close_notify"));
  } else {
    eof_ = true;
    tell([this] { handler_->on_eof(); });
  }
}

void TlsCore::on_error(const TransportError& error) {
  guard([&] {
    if (open_) {
      fail(error);
    } else {
      fail({error.code, error.name, error.message + " during the TLS handshake"});
    }
  });
}

void TlsCore::on_drained() {
  replies_ = 0;
  if (over() || handler_ == nullptr || !gathering_.empty()) return;
  guard([this] { tell([this] { handler_->on_drained(); }); });
}

void TlsCore::fail(const TransportError& error) {
  if (over()) return;
  failed_ = true;
  gathering_ = {};
  // OpenSSL has written an alert that says why.
  inner_->flush();
  inner_->pause_reading();
  if (const auto told = std::exchange(secured_, nullptr)) {
    tell([&] { told(&error); });
  } else if (handler_ != nullptr) {
    tell([&] { handler_->on_error(error); });
  }
}

void TlsCore::pause_reading() {
  paused_ = true;
  // The handshake goes on; within a call the end of it sees to this.
  if (!open_ || reading_ || over()) return;
  if (!std::exchange(inner_paused_, true)) inner_->pause_reading();
}

void TlsCore::resume_reading() {
  if (!std::exchange(paused_, false) || over() || !open_) return;
  // Not from within this call: the owner does not expect to be told something by it.
  schedule();
}

// --- Writing.

void TlsCore::write(Bytes head, Bytes body) {
  if (!accepts_writes()) return;
  append(head);
  append(body);
  if (open_ && !reading_ && !gathering_.empty()) schedule();
}

void TlsCore::append(Bytes octets) {
  if (open_ && gathering_.size() + octets.size() >= kRecord) {
    if (!gathering_.empty()) {
      const std::size_t count = kRecord - gathering_.size();
      gathering_.insert(gathering_.end(), octets.begin(),
                        octets.begin() + static_cast<std::ptrdiff_t>(count));
      octets = octets.subspan(count);
      send();
    }
    const std::size_t whole = octets.size() - octets.size() % kRecord;
    if (whole > 0) encrypt(octets.first(whole));
    octets = octets.subspan(whole);
  }
  gathering_.insert(gathering_.end(), octets.begin(), octets.end());
}

void TlsCore::send() {
  if (!open_ || over() || gathering_.empty()) return;
  encrypt(gathering_);
  gathering_.clear();
  if (gathering_.capacity() > kKeep) gathering_ = {};
}

void TlsCore::encrypt(Bytes octets) {
  if (late_error_) return;
  ERR_clear_error();
  const bool reading = std::exchange(reading_, false);  // these are no replies of OpenSSL's
  std::size_t count = 0;
  const bool written = SSL_write_ex(ssl_.get(), octets.data(), octets.size(), &count) == 1;
  reading_ = reading;
  if (written) return;
  late_error_ = tls_protocol_error();
  schedule();
}

void TlsCore::flush() {
  if (over()) return;
  send();
  inner_->flush();
}

void TlsCore::shutdown() {
  if (!accepts_writes()) return;
  shutdown_asked_ = true;
  if (open_) finish_shutdown();
}

void TlsCore::finish_shutdown() {
  send();
  shutdown_sent_ = true;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  inner_->shutdown();
}

void TlsCore::reset() {
  closed_ = true;
  inner_->reset();
}

void TlsCore::close() {
  closed_ = true;
  handler_ = nullptr;
  secured_ = nullptr;
  inner_->close();
}

}  // namespace wsproof
