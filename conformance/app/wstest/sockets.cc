// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/wstest/sockets.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "conformance/app/usage.h"

namespace wsproof::conformance::wstest {

TlsContext any_certificate() {
  static const auto made = TlsContext::client({.ca_file = {}, .verify = false});
  if (!made) {
    throw UsageError(made.error());
  }
  return *made;
}

Target need_url(const Options& options) {
  if (options.url.empty()) {
    throw UsageError(fmt::format(
        "mode {} needs a URL: give it with -w, as in wstest -m {} -w ws://127.0.0.1:9001",
        options.mode, options.mode));
  }
  auto target = parse_target(options.url);
  if (!target) {
    throw UsageError(target.error());
  }
  return std::move(*target);
}

void check_pair(const Target& url, const std::string& key, const std::string& certificate,
                std::vector<std::string>& warnings) {
  if (url.secure && (key.empty() || certificate.empty())) {
    throw UsageError(
        fmt::format("{}: wss:// needs a key and a certificate: give them with -k and -c", url.url));
  }
  if (!url.secure && (!key.empty() || !certificate.empty())) {
    warnings.emplace_back("key and certificate have no effect: the URL is ws://, without TLS");
  }
}

std::string no_web_port(const Options& options, const std::string& why) {
  return fmt::format("-u {}: no page for browsers there: {}", options.web_port, why);
}

WebSocketClientOptions client_options(const Target& target, const Options& options) {
  WebSocketClientOptions out;
  out.host = target.host;
  out.port = target.port;
  out.resource = target.resource;
  out.host_field = target.host_field();
  if (target.secure) {
    out.tls = any_certificate();
  }
  if (!options.ident.empty()) {
    out.user_agent = options.ident;
  }
  // A fuzzing server may be busy with what it sends in other cases.
  out.limits.handshake_timeout = std::chrono::minutes(1);
  out.limits.frame_payload = kLargestMessage;
  out.limits.message_payload = kLargestMessage;
  return out;
}

std::string query_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace wsproof::conformance::wstest
