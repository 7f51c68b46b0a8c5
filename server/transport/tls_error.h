// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <string>
#include <string_view>

#include "server/transport/stream.h"
#include "server/transport/tls_context.h"

namespace wsproof {

[[nodiscard]] TransportError make_tls_error(std::string_view name, std::string message);

/// OpenSSL's callback for each step of a verification: changes nothing about it, but keeps the
/// certificate that was refused, for tls_handshake_error() to tell of.
int keep_refused_certificate(int accepted, X509_STORE_CTX* store);

/// Why the handshake has just failed, from the connection and OpenSSL's queue of errors, which is
/// emptied. `name` is what the certificate had to be for.
[[nodiscard]] TransportError tls_handshake_error(SSL* ssl, const std::string& name);

/// The same for reading or writing later on.
[[nodiscard]] TransportError tls_protocol_error();

}  // namespace wsproof
