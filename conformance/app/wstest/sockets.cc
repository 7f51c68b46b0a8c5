// SPDX-License-Identifier: Apache-2.0
#include "conformance/app/wstest/sockets.h"

#include <fmt/format.h>

#include <utility>

#include "conformance/app/usage.h"

namespace wsproof::conformance::wstest {

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

WebSocketClientOptions client_options(const Target& target, const Options& options) {
  if (target.secure) {
    throw UsageError(
        fmt::format("{}: mode {} does not speak TLS; give a ws:// URL", target.url, options.mode));
  }
  WebSocketClientOptions out;
  out.host = target.host;
  out.port = target.port;
  out.resource = target.resource;
  out.host_field = target.host_field();
  if (!options.ident.empty()) {
    out.user_agent = options.ident;
  }
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
