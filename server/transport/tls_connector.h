// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "server/transport/loop.h"
#include "server/transport/tcp.h"
#include "server/transport/tls_context.h"

namespace wsproof {

/// A TcpConnector that goes on to the end of the TLS handshake. Its error is one sentence that
/// names host and port, its name one of tls_error's where TLS is what failed. Destroying it
/// cancels, and is allowed from within `done`. A deadline is the owner's business.
class TlsConnector {
 public:
  using Done = TcpConnector::Done;
  /// `name` is what the certificate must be for, and is sent as SNI; empty: the host.
  TlsConnector(Loop& loop, TlsContext context, std::string host, std::uint16_t port,
               std::string name, Done done);
  ~TlsConnector();
  TlsConnector(const TlsConnector&) = delete;
  TlsConnector& operator=(const TlsConnector&) = delete;

  /// TCP is connected, TLS is not yet.
  [[nodiscard]] bool in_handshake() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wsproof
