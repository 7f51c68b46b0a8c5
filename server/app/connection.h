// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/app/room.h"
#include "server/app/routes.h"
#include "server/app/server.h"
#include "server/app/slow_receiver.h"
#include "server/protocol/handshake.h"
#include "server/protocol/opening.h"
#include "server/protocol/session.h"
#include "server/transport/deadlines.h"
#include "server/transport/loop.h"
#include "server/transport/stream.h"

namespace wsproof {

class Connection;

/// What the connections of a server share; outlives them.
class ConnectionHost {
 public:
  virtual ~ConnectionHost() = default;
  /// The connection is over. It may be destroyed at the end of the tick, not during this call.
  virtual void on_ended(Connection& connection) = 0;

  SessionOptions session;
  ServerHandshakeOptions handshake;
  SlowReceiver slow_receiver = SlowReceiver::kDropConnection;
  SlowReceiverCounts slow_receivers;
  Server::OpenHandler on_open;
  Server::CloseHandler on_close;

  [[nodiscard]] Loop& loop() { return loop_; }
  [[nodiscard]] Deadlines& deadlines() { return deadlines_; }
  [[nodiscard]] Routes& routes() { return routes_; }

 protected:
  ConnectionHost() : deadlines_(loop_), routes_(loop_, session.deflate) {}

 private:
  Loop loop_;
  Deadlines deadlines_;
  Routes routes_;
};

/// One TCP connection from accept to end: a request head, then a WebSocket session or a plain
/// answer, then the end in good order. Memory is bounded at every stage: the head by its limits,
/// answers that the peer does not read by write_queue. Where there is no memory for what it has to
/// do, it ends, and no other does.
class Connection final : public Client,
                         public RoomMember,
                         private StreamHandler,
                         private SessionHandler,
                         private DeadlineOwner {
 public:
  Connection(ConnectionHost& host, std::uint64_t id, std::unique_ptr<Stream> stream);
  ~Connection() override;

  /// Once the host has it: it may end within the call.
  void begin();

  /// The server stops: an open session is closed with 1001, what has not begun ends at once.
  void go_away();
  /// The time for that is over.
  void abandon();

  // Client.
  void send(std::string_view text) override;
  void send(MessageKind kind, Bytes payload) override;
  void broadcast(std::string_view text) override;
  void broadcast(MessageKind kind, Bytes payload) override;
  void close(std::uint16_t code, std::string_view reason) override;
  [[nodiscard]] std::uint64_t id() const override { return id_; }
  [[nodiscard]] std::string_view path() const override { return path_of(resource_); }
  [[nodiscard]] std::string_view subprotocol() const override { return subprotocol_; }

  void deliver(const std::shared_ptr<const std::string>& frames) override;
  [[nodiscard]] int window_bits() const override;
  void on_caught_up() override;

  /// Where the host keeps it.
  std::size_t place = 0;

 private:
  enum class Phase : std::uint8_t {
    kOpening,    // the request head arrives
    kOpen,       // the session has it, until it says that it is closed
    kLingering,  // everything is said; FIN is sent and what still arrives is dropped
    kEnded,
  };

  void on_data(MutableBytes bytes) override;
  void on_eof() override;
  void on_error(const TransportError& error) override;
  void on_drained() override;

  void on_message(Session& session, MessageKind kind, MutableBytes payload) override;
  void on_write(Session& session, Bytes head, Bytes body) override;
  void on_shutdown(Session& session) override;
  void on_closed(Session& session, const CloseInfo& info) override;

  void on_deadline(Time now) override;

  void take(MutableBytes bytes);
  void take_request();
  void open(SocketRoute& route, Acceptance acceptance);
  [[nodiscard]] bool over_budget() const;
  void drop();
  void leave_room();
  void answer_and_end(std::string_view response);
  void linger();
  void end();
  void after_session();
  void take_eof();
  void meet_deadline(Time now);
  void resume();
  void watch_until(Time at);
  template <typename Call>
  void call_handler(Call&& call);
  template <typename Work>
  void guard(Work&& work);

  ConnectionHost& host_;
  std::unique_ptr<Stream> stream_;
  std::unique_ptr<ServerOpening> opening_;  // while kOpening
  std::unique_ptr<Session> session_;        // from kOpen on
  SocketRoute* route_ = nullptr;
  std::string resource_;
  std::string subprotocol_;
  std::uint64_t id_;
  Time until_{};                    // the end of kOpening and kLingering
  std::size_t pending_before_ = 0;  // at the last deadline while reading was paused
  Phase phase_ = Phase::kOpening;
  bool heard_ = false;    // at least one octet
  bool eof_ = false;      // the peer has ended its half
  bool paused_ = false;   // not reading: the peer does not read either
  bool behind_ = false;   // the room waits for it to read
  bool held_ = false;     // it spoke while the room waits for someone
  bool overrun_ = false;  // its budget is spent; reset, to be told at the next deadline
};

}  // namespace wsproof
