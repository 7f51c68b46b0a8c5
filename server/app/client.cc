// SPDX-License-Identifier: Apache-2.0
#include "server/app/client.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "server/protocol/error.h"
#include "server/protocol/handshake.h"
#include "server/protocol/opening.h"
#include "server/protocol/random.h"
#include "server/transport/loop.h"
#include "server/transport/stream.h"
#include "server/transport/tcp.h"
#include "server/transport/timer.h"
#include "server/transport/tls_connector.h"

namespace wsproof {
namespace {

std::string usual_host_field(const WebSocketClientOptions& options) {
  const bool is_ipv6 = options.host.find(':') != std::string::npos;
  std::string out = is_ipv6 ? '[' + options.host + ']' : options.host;
  // RFC 6455 3: 80 for "ws" and 443 for "wss".
  if (options.port != (options.tls ? 443 : 80)) out += ':' + std::to_string(options.port);
  return out;
}

ClientHandshakeOptions handshake_of(const WebSocketClientOptions& options) {
  ClientHandshakeOptions out;
  out.host = options.host_field.empty() ? usual_host_field(options) : options.host_field;
  out.resource = options.resource;
  out.subprotocols = options.subprotocols;
  out.deflate = options.deflate;
  out.origin = options.origin;
  if (!options.user_agent.empty()) out.fields.emplace_back("User-Agent", options.user_agent);
  if (const auto fault = find_fault(out)) throw std::invalid_argument(*fault);
  return out;
}

}  // namespace

class WebSocketClient::Impl final : private StreamHandler, private SessionHandler {
 public:
  Impl(Loop& loop, WebSocketClientOptions options)
      : loop_(loop),
        options_(std::move(options)),
        handshake_(handshake_of(options_)),
        opening_(std::make_unique<ClientOpening>(handshake_, options_.limits, secure_random())),
        timer_(loop, [this] { on_time(); }),
        after_(loop, [this] { tell_end(); }) {
    const auto done = [this](tl::expected<std::unique_ptr<Stream>, TransportError> outcome) {
      connected(std::move(outcome));
    };
    if (options_.tls) {
      tls_connector_ = std::make_unique<TlsConnector>(loop, *options_.tls, options_.host,
                                                      options_.port, options_.server_name, done);
    } else {
      connector_ = std::make_unique<TcpConnector>(loop, options_.host, options_.port, done);
    }
    session_options_.limits = options_.limits;
    session_options_.deflate = options_.deflate;
    timer_.start(options_.limits.handshake_timeout);
  }

  bool send(MessageKind kind, Bytes payload) { return is_open() && session_->send(kind, payload); }

  bool close(std::uint16_t code, std::string_view reason) {
    if (!is_open() || !session_->close(code, reason, loop_.now())) return false;
    watch();
    return true;
  }

  [[nodiscard]] bool is_open() const {
    return session_ != nullptr && session_->state() == Session::State::kOpen;
  }
  [[nodiscard]] std::size_t pending() const { return stream_ == nullptr ? 0 : stream_->pending(); }

  std::function<void()> on_open;
  std::function<void(Message)> message_handler;
  std::function<void(const CloseInfo&, const std::string&)> on_close;

 private:
  void connected(tl::expected<std::unique_ptr<Stream>, TransportError> outcome) {
    if (!outcome) {
      fail(outcome.error().message);
      return;
    }
    stream_ = std::move(*outcome);
    stream_->start(*this);
    stream_->write(as_bytes(opening_->request()));
  }

  void on_data(MutableBytes bytes) override {
    if (ended_) return;
    if (session_ != nullptr) {
      session_->receive(bytes, loop_.now());
      watch();
      return;
    }
    switch (opening_->push(bytes)) {
      case ClientOpening::Status::kNeedMore:
        return;
      case ClientOpening::Status::kError:
        fail("the server did not open: " + std::string(info(opening_->error()).sentence));
        return;
      case ClientOpening::Status::kOpen:
        open();
        return;
    }
  }

  void open() {
    // It holds the octets behind the head: the first frames of a server that did not wait.
    const std::unique_ptr<ClientOpening> opening = std::move(opening_);
    const Time now = loop_.now();
    SessionHandler& handler = *this;
    session_ = std::make_unique<Session>(Role::kClient, session_options_, handler,
                                         opening->agreement().deflate, now);
    if (on_open) on_open();
    if (!opening->rest().empty()) session_->receive(opening->rest(), now);
    watch();
  }

  void on_eof() override {
    if (session_ != nullptr) {
      session_->receive_eof(loop_.now());
      watch();
    } else {
      fail("the server ended TCP before its answer was complete");
    }
  }

  void on_error(const TransportError& error) override {
    if (session_ != nullptr) {
      session_->receive_eof(loop_.now());
    } else {
      fail(error.message);
    }
  }

  void on_drained() override {
    if (std::exchange(paused_, false)) stream_->resume_reading();
  }

  void on_message(Session& /*session*/, MessageKind kind, MutableBytes payload) override {
    if (message_handler) message_handler(Message(kind, payload));
  }

  void on_write(Session& /*session*/, Bytes head, Bytes body) override {
    stream_->write(head, body);
  }

  void on_shutdown(Session& /*session*/) override { stream_->shutdown(); }

  void on_closed(Session& /*session*/, const CloseInfo& info) override { end(info, {}); }

  void on_time() {
    if (session_ == nullptr) {
      fail("no answer to the opening handshake in time");
      return;
    }
    session_->advance(loop_.now());
    watch();
  }

  /// Sets the next deadline, and stops reading from a server that does not read.
  void watch() {
    if (ended_) return;
    if (const auto deadline = session_->next_deadline()) {
      timer_.start(std::max(*deadline - loop_.now(), Time{}));
    } else {
      timer_.stop();
    }
    if (is_open() && stream_->pending() > options_.limits.write_queue &&
        !std::exchange(paused_, true)) {
      stream_->pause_reading();
    } else if (!is_open()) {
      on_drained();
    }
  }

  void fail(std::string failure) { end(CloseInfo{}, std::move(failure)); }

  /// The owner is told from the loop: it may then destroy this object.
  void end(const CloseInfo& info, std::string failure) {
    if (std::exchange(ended_, true)) return;
    info_ = info;
    failure_ = std::move(failure);
    timer_.stop();
    connector_.reset();
    tls_connector_.reset();
    if (stream_ != nullptr) stream_->close();
    after_.start(Time{});
  }

  void tell_end() {
    const auto handler = std::move(on_close);
    const CloseInfo info = std::move(info_);
    const std::string failure = std::move(failure_);
    if (handler) handler(info, failure);
  }

  Loop& loop_;
  const WebSocketClientOptions options_;
  const ClientHandshakeOptions handshake_;
  SessionOptions session_options_;
  std::unique_ptr<ClientOpening> opening_;  // until it is open
  std::unique_ptr<Session> session_;        // from then on
  std::unique_ptr<Stream> stream_;
  Timer timer_;
  Timer after_;
  std::unique_ptr<TcpConnector> connector_;  // or
  std::unique_ptr<TlsConnector> tls_connector_;
  CloseInfo info_;
  std::string failure_;
  bool paused_ = false;  // not reading: the server does not read either
  bool ended_ = false;
};

WebSocketClient::WebSocketClient(Loop& loop, WebSocketClientOptions options)
    : impl_(std::make_unique<Impl>(loop, std::move(options))) {}
WebSocketClient::~WebSocketClient() = default;

void WebSocketClient::on_open(std::function<void()> handler) {
  impl_->on_open = std::move(handler);
}
void WebSocketClient::on_message(std::function<void(Message)> handler) {
  impl_->message_handler = std::move(handler);
}
void WebSocketClient::on_close(
    std::function<void(const CloseInfo& info, const std::string& failure)> handler) {
  impl_->on_close = std::move(handler);
}

bool WebSocketClient::send(std::string_view text) {
  return impl_->send(MessageKind::kText, as_bytes(text));
}
bool WebSocketClient::send(MessageKind kind, Bytes payload) { return impl_->send(kind, payload); }
bool WebSocketClient::close(std::uint16_t code, std::string_view reason) {
  return impl_->close(code, reason);
}
bool WebSocketClient::is_open() const { return impl_->is_open(); }
std::size_t WebSocketClient::pending() const { return impl_->pending(); }

}  // namespace wsproof
