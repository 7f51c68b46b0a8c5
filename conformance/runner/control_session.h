// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "server/protocol/handshake.h"
#include "server/protocol/session.h"
#include "server/transport/loop.h"
#include "server/transport/stream.h"
#include "server/transport/timer.h"

namespace wsproof::conformance {

/// A well-behaved WebSocket connection over which a client under test is answered: one text, or
/// none, then the closing handshake.
class ControlSession final : public StreamHandler, private SessionHandler {
 public:
  /// All references outlive this object. `done` is called once, as the last thing that happens.
  ControlSession(Loop& loop, Stream& stream, const SessionOptions& options,
                 const Acceptance& acceptance, std::function<void()> done);

  /// Sends one text and then closes with 1000.
  void answer(std::string_view text);
  void close(std::uint16_t code, std::string_view reason);

  void on_data(MutableBytes bytes) override;
  void on_eof() override;
  void on_error(const TransportError& error) override;

 private:
  void on_message(Session& session, MessageKind kind, MutableBytes payload) override;
  void on_write(Session& session, Bytes head, Bytes body) override;
  void on_shutdown(Session& session) override;
  void on_closed(Session& session, const CloseInfo& info) override;
  void after();

  Loop& loop_;
  Stream& stream_;
  std::function<void()> done_;
  Timer timer_;
  Session session_;
  bool closed_ = false;
};

}  // namespace wsproof::conformance
