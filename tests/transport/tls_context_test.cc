// SPDX-License-Identifier: Apache-2.0
#include "server/transport/tls_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "tests/transport/tls_fixture.h"

namespace wsproof::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string pem_of(EVP_PKEY* key) {
  const OpensslOwner<BIO> out(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
  const OpensslOwner<BIO> out(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(out.get(), certificate);
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string refusal(const std::string& certificate, const std::string& key) {
  const auto context = TlsContext::server(certificate, key);
  return context ? "(made)" : context.error();
}

class TlsContextTest : public testing::Test {
 protected:
  SelfSigned made = make_self_signed({"localhost"});
  TemporaryFile certificate{pem_of(made.certificate.get())};
  TemporaryFile key{pem_of(made.key.get())};
};

TEST_F(TlsContextTest, ReadsCertificateAndKey) {
  const auto context = TlsContext::server(certificate.path(), key.path());
  ASSERT_TRUE(context) << context.error();
  EXPECT_EQ(context->certificate(), pem_of(made.certificate.get()));
}

TEST_F(TlsContextTest, NamesTheFileThatIsWrong) {
  EXPECT_EQ(refusal("/nowhere/a.pem", key.path()),
            "/nowhere/a.pem: cannot be read: No such file or directory");
  EXPECT_EQ(refusal(certificate.path(), "/nowhere/b.pem"),
            "/nowhere/b.pem: cannot be read: No such file or directory");
  const TemporaryFile text("not PEM at all\n");
  EXPECT_THAT(refusal(text.path(), key.path()),
              StartsWith(text.path() + ": not a certificate in PEM: "));
  EXPECT_THAT(refusal(certificate.path(), text.path()),
              StartsWith(text.path() + ": not a private key in PEM without passphrase: "));
  const TemporaryFile other(pem_of(make_self_signed({"localhost"}).key.get()));
  EXPECT_EQ(refusal(certificate.path(), other.path()),
            other.path() + ": the key is not that of the certificate in " + certificate.path());
}

TEST_F(TlsContextTest, ReadsAChainBehindTheCertificate) {
  const std::string own = pem_of(made.certificate.get());
  const std::string next = pem_of(make_self_signed({"above"}).certificate.get());
  const TemporaryFile chain(own + "words between\n" + next);
  const auto context = TlsContext::server(chain.path(), key.path());
  ASSERT_TRUE(context) << context.error();
  EXPECT_EQ(context->certificate(), own);
  STACK_OF(X509)* rest = nullptr;
  SSL_CTX_get0_chain_certs(context->state().context.get(), &rest);
  EXPECT_EQ(sk_X509_num(rest), 1);
  const TemporaryFile broken(own + next.substr(0, 200) + "\n-----END CERTIFICATE-----\n");
  EXPECT_THAT(refusal(broken.path(), key.path()),
              StartsWith(broken.path() + ": what follows the certificate is not PEM: "));
}

TEST_F(TlsContextTest, DoesNotReadForEver) {
  EXPECT_EQ(refusal("/dev/zero", key.path()), "/dev/zero: cannot be read: it has more than 16 MiB");
  EXPECT_EQ(refusal(certificate.path(), "/dev/zero"),
            "/dev/zero: cannot be read: it has more than 16 MiB");
  EXPECT_EQ(TlsContext::client({.ca_file = "/dev/zero"}).error(),
            "/dev/zero: cannot be read: it has more than 16 MiB");
  EXPECT_EQ(refusal("/", key.path()), "/: cannot be read: it is a folder");
}

TEST_F(TlsContextTest, NamesTheFileOfAuthoritiesThatIsWrong) {
  EXPECT_EQ(TlsContext::client({.ca_file = "/nowhere/ca.pem"}).error(),
            "/nowhere/ca.pem: cannot be read: No such file or directory");
  const TemporaryFile text("not PEM at all\n");
  EXPECT_THAT(TlsContext::client({.ca_file = text.path()}).error(),
              HasSubstr(": no certificates in PEM"));
  EXPECT_EQ(TlsContext::client({.ca_file = key.path()}).error(),
            key.path() + ": no certificates in PEM");
  EXPECT_TRUE(TlsContext::client({}));
}

TEST_F(TlsContextTest, SignsForTheHostsAskedFor) {
  const auto context = TlsContext::self_signed({"example.org", "192.0.2.7", "localhost"});
  ASSERT_TRUE(context) << context.error();
  X509* own = SSL_CTX_get0_certificate(context->state().context.get());
  EXPECT_EQ(X509_check_host(own, "example.org", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(own, "localhost", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_ip_asc(own, "192.0.2.7", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(own, "::1", 0), 1);
  EXPECT_EQ(X509_check_host(own, "example.com", 0, 0, nullptr), 0);
}

TEST_F(TlsContextTest, NoTwoSelfSignedAreTheSame) {
  EXPECT_NE(TlsContext::self_signed({})->certificate(), TlsContext::self_signed({})->certificate());
}

}  // namespace
}  // namespace wsproof::test
