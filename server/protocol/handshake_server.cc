// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <set>

#include "server/protocol/handshake.h"
#include "server/protocol/request_target.h"

namespace wsproof {
namespace {

int status_of(Error error) {
  switch (error) {
    case Error::kOriginRefused:
      return 403;
    case Error::kMethodNotGet:
      return 405;
    case Error::kHandshakeTimeout:
      return 408;
    case Error::kRequestLineTooLong:
      return 414;
    case Error::kUpgradeMissing:
    case Error::kVersionUnsupported:
      return 426;
    case Error::kHeadTooLong:
    case Error::kFieldTooLong:
    case Error::kTooManyFields:
      return 431;
    case Error::kHttpVersionTooLow:
    case Error::kHttpVersionUnsupported:
      return 505;
    default:
      return 400;
  }
}

Refusal refuse(Error error, const ServerHandshakeOptions& options, bool head_only) {
  const int status = status_of(error);
  std::vector<std::pair<std::string, std::string>> fields;
  // RFC 9110 15.5.6: the origin server MUST send Allow with a 405.
  if (status == 405) fields.emplace_back("Allow", "GET");
  // RFC 9110 15.5.22: the server MUST send Upgrade with a 426.
  if (status == 426) fields.emplace_back("Upgrade", "websocket");
  // §4.2.2, §4.4: the versions that are spoken, wherever the version is what is wrong.
  if (status == 426 || error == Error::kVersionMissing || error == Error::kVersionMalformed) {
    fields.emplace_back("Sec-WebSocket-Version", "13");
  }
  if (!options.server_name.empty()) fields.emplace_back("Server", options.server_name);
  const ErrorInfo& what = info(error);
  std::string body(what.sentence);
  body.append(" (").append(what.section).append(").\n");
  return {error, status,
          format_http_response(status, "text/plain; charset=utf-8", body, fields, head_only)};
}

// §4.2.1 item 1, and RFC 9110 2.5: a higher minor version is understood as the highest known.
std::optional<Error> check_http_version(const RequestHead& head) {
  if (head.version_major > 1) return Error::kHttpVersionUnsupported;
  if (head.version_major < 1 || head.version_minor < 1) return Error::kHttpVersionTooLow;
  return std::nullopt;
}

// A body would have to be read to find the first frame, and a GET has no use for one. Transfer
// codings and lengths that are not plain zeros are how requests are smuggled (RFC 9112 11.2).
bool announces_body(const Fields& fields) {
  if (fields.has("Transfer-Encoding")) return true;
  return std::any_of(fields.lines.begin(), fields.lines.end(), [](const Field& field) {
    return equals_ignoring_case(field.name, "Content-Length") &&
           (field.value.empty() || field.value.find_first_not_of('0') != std::string_view::npos);
  });
}

// RFC 9112 3.2: 400 to a request without Host, with more than one, or with an invalid one.
std::optional<Error> check_host(const Fields& fields) {
  if (fields.count("Host") != 1) return Error::kHostMissing;
  if (!is_authority(fields.first("Host"))) return Error::kHostMalformed;
  return std::nullopt;
}

// §4.3: version = DIGIT | (NZDIGIT DIGIT) | ("1" DIGIT DIGIT) | ("2" DIGIT DIGIT), from 0 to 255.
bool is_version(std::string_view text) {
  if (text.empty() || text.size() > 3 || !std::all_of(text.begin(), text.end(), is_digit)) {
    return false;
  }
  return text.size() == 1 || (text.front() != '0' && (text.size() == 2 || text <= "255"));
}

std::optional<Error> check_version(const Fields& fields) {
  constexpr std::string_view kField = "Sec-WebSocket-Version";
  const std::size_t count = fields.count(kField);
  if (count == 0) return Error::kVersionMissing;
  // §11.3.5: it MUST NOT appear more than once in a request.
  if (count > 1 || !is_version(fields.first(kField))) return Error::kVersionMalformed;
  if (fields.first(kField) != "13") return Error::kVersionUnsupported;
  return std::nullopt;
}

std::optional<Error> check_key(const Fields& fields) {
  constexpr std::string_view kField = "Sec-WebSocket-Key";
  const std::size_t count = fields.count(kField);
  if (count == 0) return Error::kKeyMissing;
  // §11.3.1: it MUST NOT appear more than once in a request.
  if (count > 1) return Error::kKeyRepeated;
  if (!is_key(fields.first(kField))) return Error::kKeyMalformed;
  return std::nullopt;
}

std::optional<Error> check_origin(const Fields& fields, const ServerHandshakeOptions& options) {
  if (!options.allow_origin || !fields.has("Origin")) return std::nullopt;
  // §4.2.2: "The origin is serialized to ASCII and converted to lowercase."
  std::string origin(fields.first("Origin"));
  std::transform(origin.begin(), origin.end(), origin.begin(), to_lower);
  if (fields.count("Origin") > 1 || !options.allow_origin(origin)) return Error::kOriginRefused;
  return std::nullopt;
}

// §11.3.4: several fields are one list. §4.1 item 10: tokens, each of them once.
tl::expected<std::vector<std::string_view>, Error> offered_subprotocols(const Fields& fields) {
  std::vector<std::string_view> offered;
  std::set<std::string_view> seen;
  bool present = false;
  for (const Field& field : fields.lines) {
    if (!equals_ignoring_case(field.name, "Sec-WebSocket-Protocol")) continue;
    present = true;
    for (const std::string_view name : split_list(field.value)) {
      if (!is_token(name) || !seen.insert(name).second) {
        return tl::unexpected(Error::kSubprotocolMalformed);
      }
      offered.push_back(name);
    }
  }
  // 1#token: a field that lists nothing is malformed.
  if (present && offered.empty()) return tl::unexpected(Error::kSubprotocolMalformed);
  return offered;
}

std::string choose_subprotocol(const std::vector<std::string_view>& offered,
                               const std::vector<std::string>& ours) {
  for (const std::string& name : ours) {
    if (std::find(offered.begin(), offered.end(), name) != offered.end()) return name;
  }
  return {};
}

std::string format_acceptance(std::string_view key, std::string_view subprotocol,
                              std::string_view extensions, const ServerHandshakeOptions& options) {
  std::string response =
      "HTTP/1.1 101 Switching Protocols\r\n"
      "Upgrade: websocket\r\n"
      "Connection: Upgrade\r\n";
  const auto add = [&response](std::string_view name, std::string_view value) {
    if (!value.empty()) response.append(name).append(": ").append(value).append("\r\n");
  };
  add("Sec-WebSocket-Accept", accept_key(key));
  add("Sec-WebSocket-Protocol", subprotocol);
  add("Sec-WebSocket-Extensions", extensions);
  add("Server", options.server_name);
  return response.append("\r\n");
}

tl::expected<Acceptance, Error> accept(const RequestHead& head,
                                       const ServerHandshakeOptions& options) {
  const Fields& fields = head.fields;
  if (const auto error = check_http_version(head)) return tl::unexpected(*error);
  // RFC 9110 9.1: the method is case-sensitive.
  if (head.method != "GET") return tl::unexpected(Error::kMethodNotGet);
  std::optional<std::string> resource = resource_of_target(head.target);
  if (!resource) return tl::unexpected(Error::kTargetMalformed);
  if (announces_body(fields)) return tl::unexpected(Error::kBodyInHandshake);
  if (const auto error = check_host(fields)) return tl::unexpected(*error);
  if (!fields.has_token("Upgrade", "websocket")) return tl::unexpected(Error::kUpgradeMissing);
  if (!fields.has_token("Connection", "Upgrade")) return tl::unexpected(Error::kConnectionMissing);
  if (const auto error = check_version(fields)) return tl::unexpected(*error);
  if (const auto error = check_key(fields)) return tl::unexpected(*error);
  if (const auto error = check_origin(fields, options)) return tl::unexpected(*error);
  const auto subprotocols = offered_subprotocols(fields);
  if (!subprotocols) return tl::unexpected(subprotocols.error());
  const auto extensions = parse_extensions(fields);
  if (!extensions) return tl::unexpected(extensions.error());

  Acceptance acceptance;
  acceptance.agreement.resource = std::move(*resource);
  acceptance.agreement.subprotocol = choose_subprotocol(*subprotocols, options.subprotocols);
  const std::optional<DeflateAnswer> deflate = answer_offer(*extensions, options.deflate);
  if (deflate) acceptance.agreement.deflate = deflate->parameters;
  acceptance.response =
      format_acceptance(fields.first("Sec-WebSocket-Key"), acceptance.agreement.subprotocol,
                        deflate ? std::string_view(deflate->field_value) : "", options);
  return acceptance;
}

}  // namespace

bool is_upgrade_request(const RequestHead& head) {
  return head.fields.has_token("Upgrade", "websocket") || head.fields.has("Sec-WebSocket-Key") ||
         head.fields.has("Sec-WebSocket-Version");
}

tl::expected<Acceptance, Refusal> accept_request(const RequestHead& head,
                                                 const ServerHandshakeOptions& options) {
  return accept(head, options).map_error([&](Error error) {
    return refuse(error, options, head.method == "HEAD");
  });
}

Refusal refuse_head(Error error, const ServerHandshakeOptions& options) {
  return refuse(error, options, false);
}

}  // namespace wsproof
