// SPDX-License-Identifier: Apache-2.0
#include "server/transport/tls_context.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <new>
#include <utility>

#include "server/transport/pem.h"
#include "server/transport/tls_error.h"
#include "server/transport/tls_state.h"
#include "server/transport/tls_stream.h"

namespace wsproof {
namespace {

using Made = tl::expected<TlsContext, std::string>;

std::shared_ptr<TlsContext::State> make_state(const SSL_METHOD* method) {
  auto state = std::make_shared<TlsContext::State>();
  state->context.reset(SSL_CTX_new(method));
  SSL_CTX* context = state->context.get();
  if (context == nullptr) return nullptr;
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // A peer could ask for one handshake after the other; nobody needs it with WebSocket.
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
  // An idle connection holds no record buffers.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  return state;
}

tl::unexpected<std::string> out_of_order() {
  return tl::unexpected("TLS cannot be set up: " + openssl_words());
}

bool set_name_to_check(SSL* ssl, const std::string& name) {
  X509_VERIFY_PARAM* parameters = SSL_get0_param(ssl);
  if (X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) == 1) return true;
  X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  // RFC 6066 3: literal addresses are not permitted in SNI. (OpenSSL's macro casts as C does.)
  return X509_VERIFY_PARAM_set1_host(parameters, name.c_str(), name.size()) == 1 &&
         SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                  const_cast<char*>(name.c_str())) == 1;
}

}  // namespace

std::string openssl_words() {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = ERR_reason_error_string(code);
  std::string words = reason != nullptr ? reason : "unknown error";
  ERR_clear_error();
  return words;
}

Made TlsContext::server(const std::string& certificate_file, const std::string& key_file) {
  ERR_clear_error();
  auto state = make_state(TLS_server_method());
  if (state == nullptr) return out_of_order();
  SSL_CTX* context = state->context.get();
  if (const auto used = use_certificate_file(context, certificate_file); !used) {
    return tl::unexpected(used.error());
  }
  if (const auto used = use_key_file(context, key_file, certificate_file); !used) {
    return tl::unexpected(used.error());
  }
  return TlsContext(std::move(state));
}

Made TlsContext::self_signed(const std::vector<std::string>& hosts) {
  std::vector<std::string> all{"localhost", "127.0.0.1", "::1"};
  for (const std::string& host : hosts) {
    if (std::find(all.begin(), all.end(), host) == all.end()) all.push_back(host);
  }
  ERR_clear_error();
  auto state = make_state(TLS_server_method());
  const SelfSigned made = make_self_signed(all);
  if (state == nullptr || made.key == nullptr ||
      SSL_CTX_use_certificate(state->context.get(), made.certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(state->context.get(), made.key.get()) != 1) {
    return out_of_order();
  }
  return TlsContext(std::move(state));
}

Made TlsContext::client(const TlsClientOptions& options) {
  ERR_clear_error();
  auto state = make_state(TLS_client_method());
  if (state == nullptr) return out_of_order();
  SSL_CTX* context = state->context.get();
  state->verify = options.verify;
  if (!options.ca_file.empty()) {
    if (const auto trusted = trust_file(context, options.ca_file); !trusted) {
      return tl::unexpected(trusted.error());
    }
  } else if (options.verify && SSL_CTX_set_default_verify_paths(context) != 1) {
    return out_of_order();
  }
  SSL_CTX_set_verify(context, options.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE,
                     keep_refused_certificate);
  // Who names a certificate has decided to trust it, whoever signed it.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
  return TlsContext(std::move(state));
}

std::unique_ptr<Stream> TlsContext::wrap_server(Loop& loop, std::unique_ptr<Stream> inner) const {
  OpensslOwner<SSL> ssl(SSL_new(state_->context.get()));
  if (ssl == nullptr) throw std::bad_alloc();
  SSL_set_accept_state(ssl.get());
  return std::make_unique<TlsStream>(loop, std::move(inner), *this, std::move(ssl), std::string());
}

std::unique_ptr<TlsStream> TlsContext::wrap_client(Loop& loop, std::unique_ptr<Stream> inner,
                                                   const std::string& name) const {
  OpensslOwner<SSL> ssl(SSL_new(state_->context.get()));
  if (ssl == nullptr || !set_name_to_check(ssl.get(), name)) throw std::bad_alloc();
  SSL_set_connect_state(ssl.get());
  return std::make_unique<TlsStream>(loop, std::move(inner), *this, std::move(ssl), name);
}

std::string TlsContext::certificate() const {
  X509* certificate = SSL_CTX_get0_certificate(state_->context.get());
  const OpensslOwner<BIO> out(BIO_new(BIO_s_mem()));
  if (certificate == nullptr || out == nullptr || PEM_write_bio_X509(out.get(), certificate) != 1) {
    return {};
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

}  // namespace wsproof
