// SPDX-License-Identifier: Apache-2.0
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdint>

#include "server/transport/tls_state.h"

namespace wsproof {
namespace {

constexpr long kDay = 24L * 60 * 60;
// Long enough to try things out, short enough that nobody settles down with it.
constexpr long kDays = 30;

/// A clock that is a little behind must not refuse what was made just now.
bool set_times(X509* certificate) {
  return X509_gmtime_adj(X509_getm_notBefore(certificate), -kDay) != nullptr &&
         X509_gmtime_adj(X509_getm_notAfter(certificate), kDays * kDay) != nullptr;
}

bool set_serial(X509* certificate) {
  std::array<std::uint8_t, 8> octets{};
  if (RAND_bytes(octets.data(), static_cast<int>(octets.size())) != 1) return false;
  std::uint64_t serial = 0;
  for (const std::uint8_t octet : octets) serial = serial << 8 | octet;
  return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1) == 1;
}

bool add_extension(X509* certificate, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
  if (extension == nullptr) return false;
  const bool added = X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

bool is_address(const std::string& host) {
  ASN1_OCTET_STRING* octets = a2i_IPADDRESS(host.c_str());
  ASN1_OCTET_STRING_free(octets);
  return octets != nullptr;
}

bool fill(X509* certificate, EVP_PKEY* key, const std::vector<std::string>& hosts) {
  std::string names;
  for (const std::string& host : hosts) {
    // A comma would begin another entry; no name has one.
    if (host.empty() || host.find(',') != std::string::npos) continue;
    names += (names.empty() ? "" : ",") + std::string(is_address(host) ? "IP:" : "DNS:") + host;
  }
  X509_NAME* subject = X509_get_subject_name(certificate);
  const auto* words = reinterpret_cast<const unsigned char*>("wsproof, for trying things out");
  return X509_set_version(certificate, 2) == 1 && set_serial(certificate) &&
         set_times(certificate) && X509_set_pubkey(certificate, key) == 1 &&
         X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, words, -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, subject) == 1 &&
         add_extension(certificate, NID_subject_alt_name, names) &&
         add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
         X509_sign(certificate, key, EVP_sha256()) != 0;
}

}  // namespace

SelfSigned make_self_signed(const std::vector<std::string>& hosts) {
  SelfSigned made{OpensslOwner<EVP_PKEY>(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")),
                  OpensslOwner<X509>(X509_new())};
  if (made.key == nullptr || made.certificate == nullptr ||
      !fill(made.certificate.get(), made.key.get(), hosts)) {
    return {};
  }
  return made;
}

}  // namespace wsproof
