// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "server/transport/loop.h"
#include "server/transport/stream.h"

namespace wsproof {

/// TransportError::name of what goes wrong in TLS; its code is 0.
namespace tls_error {
inline constexpr std::string_view kHandshake = "TLS_HANDSHAKE";      ///< it failed
inline constexpr std::string_view kRefused = "TLS_REFUSED";          ///< by an alert of the peer
inline constexpr std::string_view kNoTls = "TLS_NONE";               ///< the peer speaks another
inline constexpr std::string_view kCertificate = "TLS_CERTIFICATE";  ///< not one to trust
inline constexpr std::string_view kTruncated = "TLS_TRUNCATED";      ///< end without close_notify
inline constexpr std::string_view kProtocol = "TLS_PROTOCOL";        ///< broken after the handshake
}  // namespace tls_error

class TlsStream;

/// Whom a client trusts.
struct TlsClientOptions {
  std::string ca_file;  ///< PEM file of the certificates to trust; empty: the system's
  bool verify = true;   ///< false: any certificate, for any name
};

/// What the TLS streams of one side have in common: key and certificate, or whom to trust. TLS 1.2
/// and 1.3, nothing older. A handle: copies share one context. Streams keep what they need of it
/// and may outlive it; all of them belong to loops of one thread.
class TlsContext {
 public:
  /// From PEM files; the certificate's may hold the chain behind it. The error is one sentence that
  /// names the file.
  [[nodiscard]] static tl::expected<TlsContext, std::string> server(
      const std::string& certificate_file, const std::string& key_file);
  /// A new key and a certificate for localhost and these names and addresses, for trying things
  /// out. Valid for 30 days; nothing is written to disk.
  [[nodiscard]] static tl::expected<TlsContext, std::string> self_signed(
      const std::vector<std::string>& hosts);
  [[nodiscard]] static tl::expected<TlsContext, std::string> client(
      const TlsClientOptions& options);

  /// The stream that an accepted connection speaks TLS over. The handshake begins with start();
  /// that it is completed is not told, that it failed is on_error(). Its deadline is the owner's.
  [[nodiscard]] std::unique_ptr<Stream> wrap_server(Loop& loop,
                                                    std::unique_ptr<Stream> inner) const;
  /// The same for the side that connected. `name` is sent (SNI, where it is not an address) and is
  /// what the certificate must be for.
  [[nodiscard]] std::unique_ptr<TlsStream> wrap_client(Loop& loop, std::unique_ptr<Stream> inner,
                                                       const std::string& name) const;

  /// The server's certificate as PEM; empty for a client.
  [[nodiscard]] std::string certificate() const;

  /// For the files of this folder only.
  struct State;
  explicit TlsContext(std::shared_ptr<State> state) : state_(std::move(state)) {}
  [[nodiscard]] State& state() const { return *state_; }

 private:
  std::shared_ptr<State> state_;
};

}  // namespace wsproof
