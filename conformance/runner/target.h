// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "server/transport/tls_context.h"

namespace wsproof::conformance {

/// Where a server under test listens, as a ws:// or wss:// URL says it (RFC 6455 3).
struct Target {
  std::string url;  ///< as it was given
  std::string host;
  std::uint16_t port = 80;
  std::string resource = "/";  ///< path and query
  bool secure = false;         ///< wss://
  std::string host_override;   ///< sent as Host in place of host and port; empty: those

  // Where it is secure, set before the run:
  std::optional<TlsContext> tls;
  std::string server_name;  ///< what the certificate must be for, and SNI; empty: the host

  /// The value of Host: with the port where it is not the scheme's own (80, 443), with brackets
  /// where it is IPv6.
  [[nodiscard]] std::string host_field() const;
};

/// Strict: scheme ws or wss, a host, perhaps a port, path and query of characters that may stand in
/// a request line. No user, and no fragment (§3). The error is one sentence that names the URL.
[[nodiscard]] tl::expected<Target, std::string> parse_target(std::string_view url);

}  // namespace wsproof::conformance
