// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "conformance/runner/control_request.h"
#include "conformance/runner/control_session.h"
#include "conformance/runner/engine_drive.h"
#include "server/protocol/handshake.h"
#include "server/protocol/opening.h"
#include "server/transport/loop.h"
#include "server/transport/stream.h"
#include "server/transport/timer.h"

namespace wsproof::conformance {

class ClientLink;

/// What the connections of a ClientRun share; outlives them.
class ClientLinkHost {
 public:
  virtual ~ClientLinkHost() = default;
  /// A request head is complete. The host calls one of run_case(), open_control(), answer_http().
  virtual void on_request(ClientLink& link, const RequestHead& head) = 0;
  /// What came is no request head.
  virtual void on_bad_head(ClientLink& link, Error error) = 0;
  /// It is over before the first octet of a request. Null: the client ended it in good order.
  virtual void on_no_request(ClientLink& link, const TransportError* error) = 0;
  virtual void on_case_over(ClientLink& link, CaseResult result) = 0;
  /// The connection is over: told once, last. It may not be destroyed during the call.
  virtual void on_ended(ClientLink& link) = 0;

  SessionOptions session;
  ServerHandshakeOptions handshake;
};

/// One TCP connection that a client under test has made: its request head is read, and then it is
/// a case's, or a control connection, or answered by plain HTTP.
class ClientLink final : private StreamHandler {
 public:
  ClientLink(Loop& loop, Clock clock, ClientLinkHost& host, std::unique_ptr<Stream> stream);

  /// Hands the connection, with the octets read so far, to an engine. `options` outlive the link.
  void run_case(const Case& test_case, const EngineOptions& options);
  /// Accepts the WebSocket, for answer() or close(); false where the request is refused.
  bool open_control(const RequestHead& head);
  /// Sends a whole HTTP answer, and ends.
  void answer_http(std::string_view response);

  void answer(std::string_view text) { control_->answer(text); }
  void close(std::uint16_t code, std::string_view reason) { control_->close(code, reason); }
  /// Ends now: a case gets a verdict, a control connection a Close with 1001.
  void abandon(std::string_view reason);

  [[nodiscard]] std::string peer_address() const { return stream_->peer_address(); }
  [[nodiscard]] bool has_ended() const { return ended_; }

  /// For the host: what it was asked for here.
  ControlRequest asked;
  bool waits_for_result = false;

 private:
  void on_data(MutableBytes bytes) override;
  void on_eof() override;
  void on_error(const TransportError& error) override;
  /// It is over ahead of what a handler would be for.
  void ended_early(const TransportError* error);
  void end();

  Loop& loop_;
  Clock clock_;
  ClientLinkHost& host_;
  std::unique_ptr<Stream> stream_;
  Time accepted_;
  std::unique_ptr<ServerOpening> opening_;  // until the head is complete
  std::string received_;                    // as long as opening_
  std::unique_ptr<EngineDrive> drive_;
  std::unique_ptr<ControlSession> control_;
  StreamHandler* handler_ = nullptr;  // drive_ or control_
  Timer timer_;                       // for the head, and for the end of a plain answer
  bool ended_ = false;
};

}  // namespace wsproof::conformance
