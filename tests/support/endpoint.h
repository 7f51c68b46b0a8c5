// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "server/protocol/bytes.h"
#include "server/protocol/handshake.h"
#include "server/protocol/opening.h"
#include "server/protocol/session.h"

namespace wsproof::test {

/// One end of a connection, in memory: octets and time in, octets and an end out. The base of echo
/// endpoints, and of faulty ones that a conformance suite must catch.
class Endpoint {
 public:
  virtual ~Endpoint() = default;

  virtual void connected(Time /*now*/) {}
  virtual void receive(Bytes bytes, Time now) = 0;
  virtual void receive_eof(Time /*now*/) {}
  virtual void advance(Time /*now*/) {}
  [[nodiscard]] virtual std::optional<Time> next_deadline() const { return std::nullopt; }

  enum class End : std::uint8_t { kOpen, kFin, kReset };
  /// What has been written since the last call.
  [[nodiscard]] virtual std::string take_output() { return std::exchange(output_, {}); }
  /// How this end has ended TCP, behind its output.
  [[nodiscard]] End end() const { return end_; }

 protected:
  void write(std::string_view octets) { output_ += octets; }
  void end_tcp(End end) { end_ = end; }

 private:
  std::string output_;
  End end_ = End::kOpen;
};

/// What echo endpoints may do differently.
struct EchoOptions {
  bool deflate = false;
  SessionOptions session;
  ServerHandshakeOptions server;
  ClientHandshakeOptions client;
};

/// Echoes messages with a strict Session behind the opening handshake of its role.
class EchoEndpoint : public Endpoint, private SessionHandler {
 public:
  explicit EchoEndpoint(Role role, EchoOptions options = {});

  void connected(Time now) override;
  void receive(Bytes bytes, Time now) override;
  void receive_eof(Time now) override;
  void advance(Time now) override;
  [[nodiscard]] std::optional<Time> next_deadline() const override;

 protected:
  /// Answers one message; for descendants that do it badly.
  virtual void echo(Session& session, MessageKind kind, MutableBytes payload);

 private:
  void receive_request(Bytes bytes, Time now);
  void receive_response(Bytes bytes, Time now);
  void open(const Agreement& agreement, MutableBytes rest, Time now);

  void on_message(Session& session, MessageKind kind, MutableBytes payload) override;
  void on_write(Session& session, Bytes head, Bytes body) override;
  void on_shutdown(Session& session) override;
  void on_closed(Session& session, const CloseInfo& info) override;

  Role role_;
  EchoOptions options_;
  std::optional<ServerOpening> server_opening_;
  std::optional<ClientOpening> client_opening_;
  std::unique_ptr<Session> session_;
};

}  // namespace wsproof::test
