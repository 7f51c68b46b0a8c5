// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

#include <string>
#include <tl/expected.hpp>

/// PEM files into what a TLS context works with. An error is one sentence that names the file.
namespace wsproof {

/// The server's certificate, and the chain behind it.
[[nodiscard]] tl::expected<void, std::string> use_certificate_file(SSL_CTX* context,
                                                                   const std::string& file);

/// The key of the certificate that is in the context already, and that came from that other file.
[[nodiscard]] tl::expected<void, std::string> use_key_file(SSL_CTX* context,
                                                           const std::string& file,
                                                           const std::string& certificate_file);

/// Certificates, and revocation lists, that a client trusts.
[[nodiscard]] tl::expected<void, std::string> trust_file(SSL_CTX* context, const std::string& file);

}  // namespace wsproof
