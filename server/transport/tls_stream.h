// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "server/transport/stream.h"
#include "server/transport/tls_context.h"
#include "server/transport/tls_state.h"

namespace wsproof {

class TlsCore;

/// TLS over another stream, with the same face. Writes are gathered for a tick into records of up
/// to 16 KiB, and wait while the handshake goes on. shutdown() sends close_notify, then FIN. The
/// peer's close_notify is on_eof(); an end of TCP without it is on_error() with the name
/// tls_error::kTruncated, unless close_notify was sent from here before.
class TlsStream final : public Stream {
 public:
  /// Made by TlsContext.
  TlsStream(Loop& loop, std::unique_ptr<Stream> inner, const TlsContext& context,
            OpensslOwner<SSL> ssl, std::string name);
  ~TlsStream() override;
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  /// Begins the handshake before there is a handler. Its outcome is told once, null where it is
  /// completed; the stream may be destroyed from within. Octets wait for start().
  using Secured = std::function<void(const TransportError*)>;
  void handshake(Secured secured);

  void start(StreamHandler& handler) override;
  void write(Bytes head, Bytes body) override;
  void write_shared(std::shared_ptr<const std::string> octets) override;
  void flush() override;
  [[nodiscard]] std::size_t pending() const override;
  void pause_reading() override;
  void resume_reading() override;
  void shutdown() override;
  void reset() override;
  void close() override;
  [[nodiscard]] std::string peer_address() const override;

  /// "TLSv1.3", once the handshake is completed.
  [[nodiscard]] std::string version() const;

 private:
  std::shared_ptr<TlsCore> core_;
};

}  // namespace wsproof
