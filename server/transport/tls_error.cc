// SPDX-License-Identifier: Apache-2.0
#include "server/transport/tls_error.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <openssl/x509v3.h>

#include <utility>

#include "server/transport/tls_state.h"

namespace wsproof {
namespace {

/// "Nov 25 12:00:00 2026 GMT".
std::string text_of(const ASN1_TIME* time) {
  const OpensslOwner<BIO> out(BIO_new(BIO_s_mem()));
  if (out == nullptr || ASN1_TIME_print(out.get(), time) != 1) return "a time that cannot be read";
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

/// Names and addresses that a certificate is for, the first few of them.
std::string names_of(const X509* certificate) {
  constexpr int kShown = 4;
  auto* names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  std::string out;
  int shown = 0;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    int kind = 0;
    const auto* value =
        static_cast<ASN1_STRING*>(GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, i), &kind));
    if (kind != GEN_DNS) continue;
    if (++shown > kShown) {
      out += ", ...";
      break;
    }
    if (!out.empty()) out += ", ";
    out.append(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
               static_cast<std::size_t>(ASN1_STRING_length(value)));
  }
  GENERAL_NAMES_free(names);
  return out;
}

/// Where a connection keeps the certificate that was refused: OpenSSL itself forgets it.
int refused_index() {
  static const int index = SSL_get_ex_new_index(
      0, nullptr, nullptr, nullptr,
      [](void* /*ssl*/, void* refused, CRYPTO_EX_DATA* /*data*/, int /*index*/, long /*number*/,
         void* /*pointer*/) { X509_free(static_cast<X509*>(refused)); });
  return index;
}

std::string certificate_sentence(SSL* ssl, long fault, const std::string& name) {
  const auto* certificate = static_cast<const X509*>(SSL_get_ex_data(ssl, refused_index()));
  switch (fault) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: {
      const std::string names = certificate != nullptr ? names_of(certificate) : "";
      return "the server's certificate is not for " + name +
             (names.empty() ? "" : " but for " + names);
    }
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "the server's certificate has expired" +
             (certificate != nullptr
                  ? ": it was valid until " + text_of(X509_get0_notAfter(certificate))
                  : std::string());
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "the server's certificate is not valid yet" +
             (certificate != nullptr
                  ? ", but from " + text_of(X509_get0_notBefore(certificate)) + " on"
                  : std::string());
    default:
      return std::string("the server's certificate is not trusted: ") +
             X509_verify_cert_error_string(fault);
  }
}

/// The first record of the peer is not one.
bool is_not_tls(int reason) {
  return reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST ||
         reason == SSL_R_HTTPS_PROXY_REQUEST || reason == SSL_R_UNKNOWN_PROTOCOL ||
         reason == SSL_R_PACKET_LENGTH_TOO_LONG || reason == SSL_R_RECORD_LENGTH_MISMATCH ||
         reason == SSL_R_WRONG_SSL_VERSION;
}

/// What the peer's alert says, "unknown CA", without the name of a protocol version that OpenSSL
/// puts in front of it; the other words where it is an alert that OpenSSL has no name for.
std::string alert_words(int reason, const std::string& otherwise) {
  const std::string words = SSL_alert_desc_string_long(reason - SSL_AD_REASON_OFFSET);
  return words == "unknown" ? otherwise : words;
}

}  // namespace

int keep_refused_certificate(int accepted, X509_STORE_CTX* store) {
  auto* ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  X509* certificate = X509_STORE_CTX_get_current_cert(store);
  if (accepted == 1 || ssl == nullptr || certificate == nullptr) return accepted;
  const OpensslOwner<X509> earlier(static_cast<X509*>(SSL_get_ex_data(ssl, refused_index())));
  X509_up_ref(certificate);
  SSL_set_ex_data(ssl, refused_index(), certificate);
  return accepted;
}

TransportError make_tls_error(std::string_view name, std::string message) {
  return {0, std::string(name), std::move(message)};
}

TransportError tls_handshake_error(SSL* ssl, const std::string& name) {
  const long fault = SSL_get_verify_result(ssl);
  const unsigned long code = ERR_peek_last_error();
  const int reason = ERR_GET_REASON(code);
  const std::string words = openssl_words();
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED && fault != X509_V_OK) {
    return make_tls_error(tls_error::kCertificate, certificate_sentence(ssl, fault, name));
  }
  if (ERR_GET_LIB(code) == ERR_LIB_SSL && is_not_tls(reason)) {
    return make_tls_error(tls_error::kNoTls,
                          "the peer does not speak TLS: what it sent is no TLS record");
  }
  if (ERR_GET_LIB(code) == ERR_LIB_SSL && reason >= SSL_AD_REASON_OFFSET) {
    return make_tls_error(tls_error::kRefused,
                          "the peer refused the TLS handshake: " + alert_words(reason, words));
  }
  return make_tls_error(tls_error::kHandshake, "the TLS handshake failed: " + words);
}

TransportError tls_protocol_error() {
  return make_tls_error(tls_error::kProtocol, "TLS broke off: " + openssl_words());
}

}  // namespace wsproof
