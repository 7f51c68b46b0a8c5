// SPDX-License-Identifier: Apache-2.0
#include "bench/app/load_connection.h"

#include <fmt/format.h>

#include <utility>

#include "bench/app/process_use.h"
#include "server/protocol/error.h"
#include "server/protocol/random.h"

namespace wsproof::load {

LoadConnection::LoadConnection(Loop& loop, const LoadSettings& settings, LoadHandler& handler)
    : loop_(loop), settings_(settings), handler_(handler), begun_(clock_ns()) {
  const auto done = [this](tl::expected<std::unique_ptr<Stream>, TransportError> outcome) {
    connected(std::move(outcome));
  };
  const Target& target = settings.target;
  if (settings.tls) {
    tls_connector_ = std::make_unique<TlsConnector>(loop, *settings.tls, target.host, target.port,
                                                    std::string(), done);
  } else {
    connector_ = std::make_unique<TcpConnector>(loop, target.host, target.port, done);
  }
}

LoadConnection::~LoadConnection() = default;

void LoadConnection::connected(tl::expected<std::unique_ptr<Stream>, TransportError> outcome) {
  if (!outcome) {
    end(outcome.error().message);
    return;
  }
  stream_ = std::move(*outcome);
  stream_->start(*this);
  if (settings_.target.scheme == Target::Scheme::kTcp) {
    opened();
    return;
  }
  opening_ = std::make_unique<ClientOpening>(settings_.handshake, settings_.session.limits,
                                             secure_random());
  stream_->write(as_bytes(opening_->request()));
}

void LoadConnection::opened() {
  open_ = true;
  handler_.on_open(*this);
}

void LoadConnection::on_data(MutableBytes bytes) {
  if (ended_) return;
  if (session_ != nullptr) {
    session_->receive(bytes, loop_.now());
    end_if_closed();
    return;
  }
  if (opening_ == nullptr) {
    handler_.on_message(*this, MessageKind::kBinary, bytes);
    return;
  }
  switch (opening_->push(bytes)) {
    case ClientOpening::Status::kNeedMore:
      return;
    case ClientOpening::Status::kError:
      end(opening_->head().status == 0 || opening_->head().status == 101
              ? fmt::format("bad answer to the opening handshake: {}",
                            info(opening_->error()).sentence)
              : fmt::format("the server did not open: HTTP status {}", opening_->head().status));
      return;
    case ClientOpening::Status::kOpen:
      break;
  }
  const std::unique_ptr<ClientOpening> opening = std::move(opening_);
  SessionHandler& handler = *this;
  session_ = std::make_unique<Session>(Role::kClient, settings_.session, handler,
                                       opening->agreement().deflate, loop_.now());
  opened();
  if (ended_ || opening->rest().empty()) return;
  session_->receive(opening->rest(), loop_.now());
  end_if_closed();
}

/// The server has closed, or has broken the protocol: that is all there is to know, and how long it
/// takes to end TCP is not waited for.
void LoadConnection::end_if_closed() {
  if (ended_ || closing_ || session_->state() != Session::State::kDraining) return;
  stream_->flush();
  session_->advance(Time::max());
}

void LoadConnection::on_eof() {
  if (ended_) return;
  if (session_ != nullptr) {
    session_->receive_eof(loop_.now());
  } else {
    end(open_ ? "the server closed the connection"
              : "the server ended TCP before its answer to the handshake was complete");
  }
}

void LoadConnection::on_error(const TransportError& error) {
  end(fmt::format("the connection was lost: {}", error.message));
}

void LoadConnection::on_message(Session& /*session*/, MessageKind kind, MutableBytes payload) {
  if (!ended_) handler_.on_message(*this, kind, payload);
}

void LoadConnection::on_write(Session& /*session*/, Bytes head, Bytes body) {
  stream_->write(head, body);
}

void LoadConnection::on_shutdown(Session& /*session*/) { stream_->shutdown(); }

void LoadConnection::on_closed(Session& /*session*/, const CloseInfo& close) {
  const bool is_broken = close.error && *close.error != Error::kClosedWithoutClose &&
                         *close.error != Error::kCloseTimeout;
  if (is_broken) {
    end(fmt::format("the server broke the protocol: {}", info(*close.error).sentence));
  } else if (closing_ && close.clean) {
    end({});
  } else if (close.code == close_code::kAbnormal) {
    end("the server ended TCP without a closing handshake");
  } else {
    end(fmt::format("the server closed the connection with code {}", close.code));
  }
}

void LoadConnection::close() {
  closing_ = true;
  if (session_ != nullptr) {
    session_->close(close_code::kNormal, {}, loop_.now());
  } else {
    end({});
  }
}

void LoadConnection::drop() {
  if (std::exchange(ended_, true)) return;
  connector_.reset();
  tls_connector_.reset();
  // Without the RST each port would be lost for a minute, and a run of handshakes soon end.
  if (stream_ != nullptr) stream_->reset();
}

void LoadConnection::give_up(const std::string& failure) { end(failure); }

void LoadConnection::end(const std::string& failure) {
  if (ended_) return;
  drop();
  handler_.on_ended(*this, failure);
}

}  // namespace wsproof::load
