// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "server/protocol/bytes.h"
#include "server/transport/tls_context.h"

namespace wsproof {

/// OpenSSL's objects as owners.
struct OpensslFree {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};
template <typename Object>
using OpensslOwner = std::unique_ptr<Object, OpensslFree>;

/// What the files of this folder know of a context.
struct TlsContext::State {
  // As large as a loop's receive buffer, for the same reason; vectorised code may look past the end
  // of what was received.
  static constexpr std::size_t kPlain = 256 * 1024;
  static constexpr std::size_t kPadding = 64;

  OpensslOwner<SSL_CTX> context;
  bool verify = false;
  std::unique_ptr<std::uint8_t[]> plain{new std::uint8_t[kPlain + kPadding]};

  /// Where all streams of the context decrypt to, one at a time.
  [[nodiscard]] MutableBytes plain_buffer() { return {plain.get(), kPlain}; }
};

/// The last of OpenSSL's errors as words; empties its queue.
[[nodiscard]] std::string openssl_words();

/// Key and certificate that nobody but itself vouches for.
struct SelfSigned {
  OpensslOwner<EVP_PKEY> key;
  OpensslOwner<X509> certificate;
};

/// For these names and addresses, from yesterday on for 30 days. Null members: OpenSSL could not.
[[nodiscard]] SelfSigned make_self_signed(const std::vector<std::string>& hosts);

}  // namespace wsproof
