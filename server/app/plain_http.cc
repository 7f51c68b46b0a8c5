// SPDX-License-Identifier: Apache-2.0
#include "server/app/plain_http.h"

#include <optional>
#include <utility>
#include <vector>

#include "server/protocol/request_target.h"

namespace wsproof {
namespace {

using FieldList = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view kText = "text/plain; charset=utf-8";

// The page needs nothing from elsewhere, so nothing from elsewhere is let in.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

}  // namespace

std::string answer_plain(const RequestHead& head, const Routes& routes,
                         const ServerHandshakeOptions& options) {
  FieldList fields;
  if (!options.server_name.empty()) fields.emplace_back("Server", options.server_name);
  const bool head_only = head.method == "HEAD";
  const auto answer = [&](int status, std::string_view type, std::string_view body) {
    return format_http_response(status, type, body, fields, head_only);
  };

  // RFC 9110 15.6.6: another major version is not understood here.
  if (head.version_major != 1) return refuse_head(Error::kHttpVersionUnsupported, options).response;

  // RFC 9112 3.2: a request of HTTP/1.1 without Host, or with more than one, is answered with 400.
  const bool wants_host = head.version_minor >= 1;
  const std::size_t hosts = head.fields.count("Host");
  if (hosts > 1 || (wants_host && hosts == 0)) {
    return refuse_head(Error::kHostMissing, options).response;
  }

  const bool known_method = head_only || head.method == "GET";
  const std::optional<std::string> resource = resource_of_target(head.target);
  if (!resource && known_method) return refuse_head(Error::kHeadMalformed, options).response;
  const std::string_view path = resource ? path_of(*resource) : std::string_view();
  const Page* page = routes.page(path);
  const bool socket = routes.socket(path) != nullptr;
  if (resource && page == nullptr && !socket) return answer(404, kText, "Nothing is here.\n");

  if (!known_method) {
    // RFC 9110 15.5.6: a 405 says what is allowed.
    fields.emplace_back("Allow", "GET, HEAD");
    return answer(405, kText, "Only GET and HEAD are understood here.\n");
  }
  if (page != nullptr) {
    fields.emplace_back("Cache-Control", "no-cache");
    fields.emplace_back("Content-Security-Policy", kPolicy);
    fields.emplace_back("X-Content-Type-Options", "nosniff");
    return answer(200, page->content_type, page->body);
  }
  // RFC 9110 15.5.22: a 426 says which protocol is wanted.
  fields.emplace_back("Upgrade", "websocket");
  return answer(426, kText, "This is a WebSocket endpoint.\n");
}

}  // namespace wsproof
