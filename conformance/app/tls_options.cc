// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/tls_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "conformance/app/text_file.h"
#include "conformance/app/usage.h"

namespace wsproof::conformance {
namespace {

constexpr const char* kGroup = "TLS (wss://)";

/// RFC 1035 2.3.4, and OpenSSL refuses what is longer.
constexpr std::size_t kLongestName = 255;

}  // namespace

void add_tls_options(CLI::App& command, TlsClientFlags& flags) {
  CLI::Option* ca = command.add_option("--ca", flags.ca,
                                       "Trust the certificates in this PEM file, not the system's");
  ca->option_text("FILE")->group(kGroup);
  command
      .add_option("--sni", flags.sni,
                  "The name to ask for, and that the certificate must be for; by itself the host")
      ->option_text("NAME")
      ->group(kGroup);
  command
      .add_flag("--insecure", flags.insecure, "Take any certificate, of anyone and for any name")
      ->excludes(ca)
      ->group(kGroup);
}

void add_tls_options(CLI::App& command, TlsServerFlags& flags) {
  command
      .add_option("--tls-cert", flags.certificate,
                  "Speak TLS with this certificate in PEM, its chain behind it")
      ->option_text("FILE")
      ->group(kGroup);
  command.add_option("--tls-key", flags.key, "Its private key in PEM, without passphrase")
      ->option_text("FILE")
      ->group(kGroup);
  command
      .add_flag("--tls-self-signed", flags.self_signed,
                "Make key and certificate at start, for trying things out")
      ->group(kGroup);
  command
      .add_option("--tls-save-cert", flags.save_certificate,
                  "Write the certificate that was made here, for clients to trust")
      ->option_text("FILE")
      ->group(kGroup);
}

void apply_tls(const TlsClientFlags& flags, std::vector<Target>& targets) {
  const bool secure = std::any_of(targets.begin(), targets.end(),
                                  [](const Target& target) { return target.secure; });
  if (!secure) {
    const auto given = given_flags(flags);
    if (!given.empty()) {
      throw UsageError(std::string(given.front().first) +
                       " is about TLS, but there is no wss:// URL");
    }
    return;
  }
  if (flags.sni.size() > kLongestName) {
    throw UsageError("--sni: a name has at most 255 characters");
  }
  const auto context = TlsContext::client({.ca_file = flags.ca, .verify = !flags.insecure});
  if (!context) {
    throw UsageError(context.error());
  }
  for (Target& target : targets) {
    if (target.secure) {
      target.tls = *context;
      target.server_name = flags.sni;
    }
  }
}

std::optional<TlsContext> server_tls(const TlsServerFlags& flags, const std::string& host) {
  if (flags.certificate.empty() != flags.key.empty()) {
    throw UsageError(flags.key.empty() ? "--tls-cert needs --tls-key, too"
                                       : "--tls-key needs --tls-cert, too");
  }
  if (flags.self_signed && !flags.key.empty()) {
    throw UsageError(
        "--tls-self-signed makes a key and certificate; --tls-cert and --tls-key give others");
  }
  if (!flags.save_certificate.empty() && !flags.self_signed) {
    throw UsageError("--tls-save-cert is for the certificate that --tls-self-signed makes");
  }
  if (!flags.self_signed && flags.key.empty()) {
    return std::nullopt;
  }
  auto context = flags.self_signed ? TlsContext::self_signed({host})
                                   : TlsContext::server(flags.certificate, flags.key);
  if (!context) {
    throw UsageError(context.error());
  }
  return std::move(*context);
}

void save_certificate(const TlsServerFlags& flags, const std::optional<TlsContext>& made) {
  if (made && !flags.save_certificate.empty()) {
    write_text_file(flags.save_certificate, made->certificate());
  }
}

std::vector<std::pair<const char*, std::string>> given_flags(const TlsClientFlags& flags) {
  std::vector<std::pair<const char*, std::string>> given;
  if (!flags.ca.empty()) {
    given.emplace_back("--ca", flags.ca);
  }
  if (!flags.sni.empty()) {
    given.emplace_back("--sni", flags.sni);
  }
  if (flags.insecure) {
    given.emplace_back("--insecure", "");
  }
  return given;
}

std::vector<std::pair<const char*, std::string>> given_flags(const TlsServerFlags& flags) {
  std::vector<std::pair<const char*, std::string>> given;
  if (!flags.certificate.empty()) {
    given.emplace_back("--tls-cert", flags.certificate);
  }
  if (!flags.key.empty()) {
    given.emplace_back("--tls-key", flags.key);
  }
  if (flags.self_signed) {
    given.emplace_back("--tls-self-signed", "");
  }
  if (!flags.save_certificate.empty()) {
    given.emplace_back("--tls-save-cert", flags.save_certificate);
  }
  return given;
}

}  // namespace wsproof::conformance
