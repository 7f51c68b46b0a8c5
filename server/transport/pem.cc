// SPDX-License-Identifier: Apache-2.0
#include "server/transport/pem.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

#include "server/transport/file_text.h"
#include "server/transport/tls_state.h"

namespace wsproof {
namespace {

using Done = tl::expected<void, std::string>;

tl::unexpected<std::string> refuse(const std::string& file, const std::string& why) {
  ERR_clear_error();
  return tl::unexpected(file + ": " + why);
}

/// A passphrase cannot be asked for: there may be nobody to answer.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) { return 0; }

/// Reads from the text, which outlives it.
OpensslOwner<BIO> reader_of(const std::string& text) {
  return OpensslOwner<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// Whether the last error only says that no further block of PEM comes.
bool is_end() {
  const unsigned long code = ERR_peek_last_error();
  return ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
}

struct FreeInfos {
  void operator()(STACK_OF(X509_INFO) * infos) const {
    sk_X509_INFO_pop_free(infos, X509_INFO_free);
  }
};

}  // namespace

Done use_certificate_file(SSL_CTX* context, const std::string& file) {
  const auto text = read_file(file);
  if (!text) return refuse(file, "cannot be read: " + text.error());
  const OpensslOwner<BIO> reader = reader_of(*text);
  const OpensslOwner<X509> own(
      PEM_read_bio_X509_AUX(reader.get(), nullptr, no_passphrase, nullptr));
  if (own == nullptr || SSL_CTX_use_certificate(context, own.get()) != 1) {
    return refuse(file, "not a certificate in PEM: " + openssl_words());
  }
  while (true) {
    OpensslOwner<X509> next(PEM_read_bio_X509(reader.get(), nullptr, no_passphrase, nullptr));
    if (next == nullptr) break;
    // OpenSSL's macro for it casts as C does. It takes the certificate over.
    if (SSL_CTX_ctrl(context, SSL_CTRL_CHAIN_CERT, 0, next.get()) != 1) {
      return refuse(file, "the chain behind the certificate is of no use: " + openssl_words());
    }
    static_cast<void>(next.release());
  }
  if (!is_end()) {
    return refuse(file, "what follows the certificate is not PEM: " + openssl_words());
  }
  ERR_clear_error();
  return {};
}

Done use_key_file(SSL_CTX* context, const std::string& file, const std::string& certificate_file) {
  const auto text = read_file(file);
  if (!text) return refuse(file, "cannot be read: " + text.error());
  const OpensslOwner<BIO> reader = reader_of(*text);
  const OpensslOwner<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(reader.get(), nullptr, no_passphrase, nullptr));
  if (key == nullptr) {
    return refuse(file, "not a private key in PEM without passphrase: " + openssl_words());
  }
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return refuse(file, "the key is not that of the certificate in " + certificate_file);
  }
  return {};
}

Done trust_file(SSL_CTX* context, const std::string& file) {
  const auto text = read_file(file);
  if (!text) return refuse(file, "cannot be read: " + text.error());
  const OpensslOwner<BIO> reader = reader_of(*text);
  const std::unique_ptr<STACK_OF(X509_INFO), FreeInfos> infos(
      PEM_X509_INFO_read_bio(reader.get(), nullptr, no_passphrase, nullptr));
  if (infos == nullptr) return refuse(file, "no certificates in PEM: " + openssl_words());
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  int trusted = 0;
  for (int i = 0; i < sk_X509_INFO_num(infos.get()); ++i) {
    const X509_INFO* info = sk_X509_INFO_value(infos.get(), i);
    if (info->x509 != nullptr) trusted += X509_STORE_add_cert(store, info->x509);
    if (info->crl != nullptr) X509_STORE_add_crl(store, info->crl);
  }
  if (trusted == 0) return refuse(file, "no certificates in PEM");
  ERR_clear_error();
  return {};
}

}  // namespace wsproof
