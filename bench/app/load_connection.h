// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bench/app/target.h"
#include "server/protocol/handshake.h"
#include "server/protocol/opening.h"
#include "server/protocol/session.h"
#include "server/transport/loop.h"
#include "server/transport/stream.h"
#include "server/transport/tcp.h"
#include "server/transport/tls_connector.h"

namespace wsproof::load {

class LoadConnection;

/// What all connections of a run share; outlives them.
struct LoadSettings {
  Target target;
  ClientHandshakeOptions handshake;
  SessionOptions session;
  std::optional<TlsContext> tls;
};

/// What a connection tells. It may be destroyed at the end of the tick, not during a call.
class LoadHandler {
 public:
  virtual ~LoadHandler() = default;
  virtual void on_open(LoadConnection& connection) = 0;
  /// A message; with tcp:// octets as they arrive, as binary.
  virtual void on_message(LoadConnection& connection, MessageKind kind, Bytes payload) = 0;
  /// Told once. Empty where both ends had agreed to it, otherwise what went wrong.
  virtual void on_ended(LoadConnection& connection, const std::string& failure) = 0;
};

/// One connection of a generator, from connect to end.
class LoadConnection final : private StreamHandler, private SessionHandler {
 public:
  LoadConnection(Loop& loop, const LoadSettings& settings, LoadHandler& handler);
  ~LoadConnection() override;

  /// A frame as it goes over the wire. Only while it is open.
  void send_frame(Bytes frame) { stream_->write(frame); }
  /// A message, masked and compressed here.
  void send_message(MessageKind kind, Bytes payload) { session_->send(kind, payload); }
  /// Starts the closing handshake.
  void close();
  /// Ends TCP at once; on_ended() is not called.
  void drop();
  /// The time for something is over: ends TCP, and tells so.
  void give_up(const std::string& failure);

  [[nodiscard]] bool is_open() const { return open_ && !ended_; }
  /// Also where it is over by now.
  [[nodiscard]] bool has_opened() const { return open_; }
  [[nodiscard]] bool compresses() const {
    return session_ != nullptr && session_->deflate().has_value();
  }
  /// When the connection was asked for, in the run's clock.
  [[nodiscard]] std::uint64_t begun() const { return begun_; }

  /// Where the run keeps it, and what it knows of it.
  std::size_t place = 0;
  std::size_t index = 0;
  std::uint64_t due = 0;     ///< when it was to begin, where that matters
  std::size_t messages = 0;  ///< that it has had answered, where that matters

 private:
  void connected(tl::expected<std::unique_ptr<Stream>, TransportError> outcome);
  void opened();
  void end_if_closed();
  void end(const std::string& failure);

  void on_data(MutableBytes bytes) override;
  void on_eof() override;
  void on_error(const TransportError& error) override;
  void on_message(Session& session, MessageKind kind, MutableBytes payload) override;
  void on_write(Session& session, Bytes head, Bytes body) override;
  void on_shutdown(Session& session) override;
  void on_closed(Session& session, const CloseInfo& close) override;

  Loop& loop_;
  const LoadSettings& settings_;
  LoadHandler& handler_;
  std::uint64_t begun_;
  std::unique_ptr<TcpConnector> connector_;
  std::unique_ptr<TlsConnector> tls_connector_;
  std::unique_ptr<Stream> stream_;
  std::unique_ptr<ClientOpening> opening_;
  std::unique_ptr<Session> session_;
  bool open_ = false;
  bool closing_ = false;  // close() was called
  bool ended_ = false;
};

}  // namespace wsproof::load
