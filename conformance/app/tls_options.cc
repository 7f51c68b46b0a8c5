// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/tls_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

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

std::optional<TlsContext> server_tls(const TlsServerFlags& flags) {
  if (flags.certificate.empty() && flags.key.empty()) {
    return std::nullopt;
  }
  if (flags.key.empty()) {
    throw UsageError("--tls-cert needs --tls-key, too");
  }
  if (flags.certificate.empty()) {
    throw UsageError("--tls-key needs --tls-cert, too");
  }
  auto context = TlsContext::server(flags.certificate, flags.key);
  if (!context) {
    throw UsageError(context.error());
  }
  return std::move(*context);
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

}  // namespace wsproof::conformance
