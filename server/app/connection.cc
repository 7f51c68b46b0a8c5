// SPDX-License-Identifier: Apache-2.0
#include "server/app/connection.h"

#include <new>
#include <utility>

#include "server/app/plain_http.h"
#include "server/protocol/request_target.h"

namespace wsproof {

Connection::Connection(ConnectionHost& host, std::uint64_t id, std::unique_ptr<Stream> stream)
    : host_(host),
      stream_(std::move(stream)),
      opening_(std::make_unique<ServerOpening>(host.session.limits)),
      id_(id) {}

Connection::~Connection() = default;

void Connection::begin() {
  guard([this] {
    // The time for the request head covers TLS's handshake too: nothing else arrives before it.
    watch_until(host_.loop().now() + host_.session.limits.handshake_timeout);
    stream_->start(*this);
  });
}

/// What the loop calls does its work within this.
template <typename Work>
void Connection::guard(Work&& work) {
  try {
    std::forward<Work>(work)();
  } catch (...) {
    abandon();
  }
}

// --- The opening handshake.

void Connection::on_data(MutableBytes bytes) {
  guard([&] { take(bytes); });
}

void Connection::take(MutableBytes bytes) {
  heard_ = true;
  switch (phase_) {
    case Phase::kOpening:
      switch (opening_->push(bytes)) {
        case ServerOpening::Status::kNeedMore:
          return;
        case ServerOpening::Status::kError:
          answer_and_end(refuse_head(opening_->error(), host_.handshake).response);
          return;
        case ServerOpening::Status::kRequest:
          take_request();
          return;
      }
      return;
    case Phase::kOpen:
      session_->receive(bytes, host_.loop().now());
      after_session();
      return;
    case Phase::kLingering:
    case Phase::kEnded:
      return;
  }
}

void Connection::take_request() {
  const RequestHead& head = opening_->head();
  const std::optional<std::string> resource = resource_of_target(head.target);
  if (resource && is_upgrade_request(head)) {
    if (SocketRoute* route = host_.routes().socket(path_of(*resource))) {
      auto acceptance = accept_request(head, host_.handshake);
      if (acceptance) {
        open(*route, std::move(*acceptance));
      } else {
        answer_and_end(acceptance.error().response);
      }
      return;
    }
  }
  answer_and_end(answer_plain(head, host_.routes(), host_.handshake));
}

void Connection::open(SocketRoute& route, Acceptance acceptance) {
  // It holds the octets behind the head: the first frames of a client that did not wait.
  const std::unique_ptr<ServerOpening> opening = std::move(opening_);
  const Time now = host_.loop().now();
  route_ = &route;
  resource_ = std::move(acceptance.agreement.resource);
  subprotocol_ = std::move(acceptance.agreement.subprotocol);
  SessionHandler& handler = *this;
  session_ = std::make_unique<Session>(Role::kServer, host_.session, handler,
                                       acceptance.agreement.deflate, now);
  route.room.join(*this);
  stream_->write(as_bytes(acceptance.response));
  phase_ = Phase::kOpen;
  if (host_.on_open) {
    call_handler([this] { host_.on_open(*this); });
  }
  if (!opening->rest().empty()) session_->receive(opening->rest(), now);
  after_session();
}

// --- An open session.

void Connection::on_message(Session& /*session*/, MessageKind kind, MutableBytes payload) {
  call_handler([&] { route_->on_message(*this, Message(kind, payload)); });
}

template <typename Call>
void Connection::call_handler(Call&& call) {
  // No exception can pass through libuv's frames. A handler that throws has failed its client, and
  // only this one.
  try {
    std::forward<Call>(call)();
  } catch (...) {
    close(close_code::kInternalError, {});
  }
}

void Connection::on_write(Session& /*session*/, Bytes head, Bytes body) {
  stream_->write(head, body);
}

void Connection::on_shutdown(Session& /*session*/) { stream_->shutdown(); }

void Connection::on_closed(Session& /*session*/, const CloseInfo& info) {
  leave_room();
  if (host_.on_close) {
    try {
      host_.on_close(*this, info);
    } catch (...) {
      // Nobody is left to be told.
    }
  }
  // The peer ended its half before it had read everything; it may read on.
  if (eof_ && stream_->pending() > 0) {
    linger();
  } else {
    end();
  }
}

void Connection::after_session() {
  if (phase_ != Phase::kOpen) return;
  // Back-pressure: who does not read its answers is not read from. Once closing, nothing is
  // answered any more: what arrives is dropped, and the peer's Close and its end must be seen.
  const bool open = session_->state() == Session::State::kOpen;
  if (open && (held_ || over_budget())) {
    if (!std::exchange(paused_, true)) {
      host_.slow_receivers.senders_blocked += held_ ? 1 : 0;
      pending_before_ = stream_->pending();
      stream_->pause_reading();
    }
  } else if (!open) {
    resume();
  }
  if (!overrun_) host_.deadlines().watch(*this, session_->next_deadline());
}

bool Connection::over_budget() const {
  return stream_->pending() > host_.session.limits.write_queue;
}

void Connection::on_drained() {
  guard([this] {
    if (std::exchange(behind_, false)) room()->one_catches_up();
    if (phase_ == Phase::kLingering && eof_) {
      end();
    } else if (!held_) {
      resume();
    }
  });
}

int Connection::window_bits() const {
  const auto& agreed = session_->deflate();
  return agreed && agreed->server_no_context_takeover ? agreed->server_max_window_bits : 0;
}

void Connection::on_caught_up() {
  if (!std::exchange(held_, false) || over_budget()) return;
  guard([this] {
    resume();
    // What it has sent meanwhile, a pong perhaps, is still to be read.
    host_.deadlines().watch(*this, host_.loop().now() + host_.session.limits.pong_timeout);
  });
}

void Connection::leave_room() {
  if (room() == nullptr) return;
  if (std::exchange(behind_, false)) room()->one_catches_up();
  room()->leave(*this);
}

void Connection::resume() {
  if (std::exchange(paused_, false)) stream_->resume_reading();
}

void Connection::deliver(const std::shared_ptr<const std::string>& frames) {
  if (overrun_ || !session_->may_send_message()) return;
  if (over_budget()) {
    switch (host_.slow_receiver) {
      case SlowReceiver::kDropConnection:
        ++host_.slow_receivers.connections_dropped;
        drop();
        return;
      case SlowReceiver::kDropMessage:
        ++host_.slow_receivers.deliveries_dropped;
        host_.slow_receivers.octets_dropped += frames->size();
        return;
      case SlowReceiver::kBlockSender:
        break;
    }
  }
  try {
    stream_->write_shared(frames);
    stream_->flush();
  } catch (const std::bad_alloc&) {
    // It would miss something: nothing that follows is for it any more.
    drop();
    return;
  }
  if (host_.slow_receiver == SlowReceiver::kBlockSender && over_budget() &&
      !std::exchange(behind_, true)) {
    pending_before_ = stream_->pending();
    room()->one_falls_behind();
  }
}

/// Its memory is free from here on; the session is told with the next deadline, since this may be
/// within a call of its own.
void Connection::drop() {
  overrun_ = true;
  stream_->reset();
  host_.deadlines().watch(*this, host_.loop().now());
}

void Connection::send(std::string_view text) { send(MessageKind::kText, as_bytes(text)); }

void Connection::send(MessageKind kind, Bytes payload) {
  route_->room.flush();
  session_->send(kind, payload);
}

void Connection::broadcast(std::string_view text) { broadcast(MessageKind::kText, as_bytes(text)); }

void Connection::broadcast(MessageKind kind, Bytes payload) {
  route_->room.broadcast(kind, payload);
  held_ = route_->room.is_behind();
}

void Connection::close(std::uint16_t code, std::string_view reason) {
  route_->room.flush();
  session_->close(code, reason, host_.loop().now());
}

// --- The end.

void Connection::on_eof() {
  guard([this] { take_eof(); });
}

void Connection::take_eof() {
  eof_ = true;
  switch (phase_) {
    case Phase::kOpening:
      end();
      return;
    case Phase::kOpen:
      session_->receive_eof(host_.loop().now());
      after_session();
      return;
    case Phase::kLingering:
      if (stream_->pending() == 0) end();
      return;
    case Phase::kEnded:
      return;
  }
}

void Connection::on_error(const TransportError& /*error*/) { abandon(); }

void Connection::abandon() {
  if (phase_ == Phase::kOpen) {
    overrun_ = true;  // nothing can be written any more
    stream_->close();
    try {
      session_->receive_eof(host_.loop().now());
    } catch (...) {
      // It could not even say that it is over.
      if (phase_ == Phase::kOpen) on_closed(*session_, CloseInfo{});
    }
  }
  end();
}

void Connection::go_away() {
  if (phase_ == Phase::kOpening) end();
  if (phase_ != Phase::kOpen) return;
  guard([this] {
    close(close_code::kGoingAway, {});
    after_session();
  });
}

void Connection::on_deadline(Time now) {
  guard([&] { meet_deadline(now); });
}

void Connection::meet_deadline(Time now) {
  switch (phase_) {
    case Phase::kOpening:
      if (now < until_) {
        watch_until(until_);
      } else if (heard_) {
        answer_and_end(refuse_head(Error::kHandshakeTimeout, host_.handshake).response);
      } else {
        end();
      }
      return;
    case Phase::kOpen: {
      if (overrun_) {
        abandon();
        return;
      }
      // While reading is paused a pong cannot be seen, and a pong may wait for a ping that stands
      // behind many octets; that octets still leave is as good a sign.
      const std::size_t pending = stream_->pending();
      const bool moves = pending < std::exchange(pending_before_, pending);
      if ((paused_ && held_) || ((paused_ || behind_) && moves)) {
        host_.deadlines().watch(*this, now + host_.session.limits.pong_timeout);
        return;
      }
      session_->advance(now);
      after_session();
      return;
    }
    case Phase::kLingering:
      if (now < until_) {
        watch_until(until_);
      } else {
        end();
      }
      return;
    case Phase::kEnded:
      return;
  }
}

void Connection::answer_and_end(std::string_view response) {
  stream_->write(as_bytes(response));
  linger();
}

void Connection::linger() {
  // Closing with octets unread would send RST, and that can take the answer away from a peer that
  // has not read it yet (RFC 9112 9.6). So: FIN, then read until the peer ends too.
  phase_ = Phase::kLingering;
  opening_.reset();
  stream_->shutdown();
  if (eof_ && stream_->pending() == 0) {
    end();
    return;
  }
  resume();
  watch_until(host_.loop().now() + host_.session.limits.close_timeout);
}

void Connection::end() {
  if (phase_ == Phase::kEnded) return;
  phase_ = Phase::kEnded;
  leave_room();
  stream_->close();
  host_.deadlines().watch(*this, std::nullopt);
  host_.on_ended(*this);
}

void Connection::watch_until(Time at) {
  until_ = at;
  host_.deadlines().watch(*this, at);
}

}  // namespace wsproof
