// SPDX-License-Identifier: Apache-2.0
#include "conformance/runner/control_session.h"

#include <algorithm>
#include <utility>

#include "server/protocol/close_code.h"

namespace wsproof::conformance {

ControlSession::ControlSession(Loop& loop, Stream& stream, const SessionOptions& options,
                               const Acceptance& acceptance, std::function<void()> done)
    : loop_(loop),
      stream_(stream),
      done_(std::move(done)),
      timer_(loop,
             [this] {
               session_.advance(loop_.now());
               after();
             }),
      session_(Role::kServer, options, *this, acceptance.agreement.deflate, loop.now()) {
  stream_.write(as_bytes(acceptance.response));
}

void ControlSession::answer(std::string_view text) {
  session_.send(MessageKind::kText, as_bytes(text));
  close(close_code::kNormal, {});
}

void ControlSession::close(std::uint16_t code, std::string_view reason) {
  session_.close(code, reason, loop_.now());
  after();
}

void ControlSession::on_data(MutableBytes bytes) {
  session_.receive(bytes, loop_.now());
  after();
}

void ControlSession::on_eof() {
  session_.receive_eof(loop_.now());
  after();
}

void ControlSession::on_error(const TransportError& /*error*/) {
  session_.receive_eof(loop_.now());
  after();
}

void ControlSession::on_message(Session& /*session*/, MessageKind /*kind*/,
                                MutableBytes /*payload*/) {}

void ControlSession::on_write(Session& /*session*/, Bytes head, Bytes body) {
  stream_.write(head, body);
}

void ControlSession::on_shutdown(Session& /*session*/) { stream_.shutdown(); }

void ControlSession::on_closed(Session& /*session*/, const CloseInfo& /*info*/) { closed_ = true; }

void ControlSession::after() {
  if (closed_) {
    timer_.stop();
    if (const auto done = std::exchange(done_, nullptr)) {
      done();
    }
    return;
  }
  if (const auto deadline = session_.next_deadline()) {
    timer_.start(std::max(*deadline - loop_.now(), Time{}));
  } else {
    timer_.stop();
  }
}

}  // namespace wsproof::conformance
