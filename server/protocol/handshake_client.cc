// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>

#include "server/protocol/handshake.h"
#include "server/protocol/request_target.h"

namespace wsproof {
namespace {

// The fields that make_request() writes itself, and those that would announce a body.
constexpr std::array<std::string_view, 11> kOwnFields{
    "Host",
    "Upgrade",
    "Connection",
    "Origin",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Version",
    "Sec-WebSocket-Protocol",
    "Sec-WebSocket-Extensions",
    "Sec-WebSocket-Accept",
    "Content-Length",
    "Transfer-Encoding",
};

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_text_char);
}

std::optional<std::string> find_fault_in_subprotocols(const std::vector<std::string>& names) {
  for (auto name = names.begin(); name != names.end(); ++name) {
    // §4.1 item 10: non-empty, U+0021 to U+007E without separators, all unique.
    if (!is_token(*name)) return "the subprotocol " + quoted(*name) + " is not a token";
    if (std::find(names.begin(), name, *name) != name) {
      return "the subprotocol " + quoted(*name) + " is offered twice";
    }
  }
  return std::nullopt;
}

std::optional<std::string> find_fault_in_field(const std::pair<std::string, std::string>& field) {
  const std::string& name = field.first;
  if (!is_token(name)) return "the field name " + quoted(name) + " is not a token";
  if (!is_field_value(field.second))
    return "the value of the field " + name + " has control characters";
  const bool own = std::any_of(kOwnFields.begin(), kOwnFields.end(), [&](std::string_view ours) {
    return equals_ignoring_case(ours, name);
  });
  if (own) return "the field " + name + " is not one to add to a WebSocket handshake";
  return std::nullopt;
}

std::string join(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    if (!list.empty()) list.append(", ");
    list.append(name);
  }
  return list;
}

// §4.1, the first check, and item 2 of the request, to which the answer is held as well.
std::optional<Error> check_status_line(const ResponseHead& head) {
  if (head.version_major > 1) return Error::kHttpVersionUnsupported;
  if (head.status != 101) return Error::kStatusNot101;
  if (head.version_major < 1 || head.version_minor < 1) return Error::kHttpVersionTooLow;
  return std::nullopt;
}

std::optional<Error> check_accept(const Fields& fields, std::string_view key) {
  constexpr std::string_view kField = "Sec-WebSocket-Accept";
  // §11.3.3: it MUST NOT appear more than once in a response.
  if (fields.count(kField) != 1) return Error::kAcceptMissing;
  if (fields.first(kField) != accept_key(key)) return Error::kAcceptWrong;
  return std::nullopt;
}

tl::expected<std::string, Error> check_subprotocol(const Fields& fields,
                                                   const std::vector<std::string>& offered) {
  constexpr std::string_view kField = "Sec-WebSocket-Protocol";
  const std::size_t count = fields.count(kField);
  if (count == 0) return {};
  // §11.3.4: it MUST NOT appear more than once in a response. §4.3: one token, so that an empty
  // value and a list are malformed.
  const std::string_view value = fields.first(kField);
  if (count > 1 || !is_token(value)) return tl::unexpected(Error::kSubprotocolMalformed);
  if (std::find(offered.begin(), offered.end(), value) == offered.end()) {
    return tl::unexpected(Error::kSubprotocolNotOffered);
  }
  return std::string(value);
}

}  // namespace

std::optional<std::string> find_fault(const ClientHandshakeOptions& options) {
  if (!is_authority(options.host)) {
    return "the host " + quoted(options.host) + " is not a host with an optional port";
  }
  if (options.resource.empty() || options.resource.front() != '/' ||
      !resource_of_target(options.resource)) {
    return "the resource " + quoted(options.resource) +
           " is not a path: it has to begin with / and hold visible ASCII without #";
  }
  if (!is_field_value(options.origin)) return "the origin has control characters";
  if (auto fault = find_fault_in_subprotocols(options.subprotocols)) return fault;
  for (const auto& field : options.fields) {
    if (auto fault = find_fault_in_field(field)) return fault;
  }
  return std::nullopt;
}

std::string make_request(const ClientHandshakeOptions& options, std::string_view key) {
  assert(!find_fault(options));
  std::string request = "GET " + options.resource + " HTTP/1.1\r\n";
  const auto add = [&request](std::string_view name, std::string_view value) {
    request.append(name).append(": ").append(value).append("\r\n");
  };
  add("Host", options.host);
  add("Upgrade", "websocket");
  add("Connection", "Upgrade");
  add("Sec-WebSocket-Key", key);
  add("Sec-WebSocket-Version", "13");
  if (!options.origin.empty()) add("Origin", options.origin);
  if (!options.subprotocols.empty()) add("Sec-WebSocket-Protocol", join(options.subprotocols));
  const std::string extensions = make_offer(options.deflate);
  if (!extensions.empty()) add("Sec-WebSocket-Extensions", extensions);
  for (const auto& [name, value] : options.fields) add(name, value);
  return request.append("\r\n");
}

tl::expected<Agreement, Error> check_response(const ResponseHead& head,
                                              const ClientHandshakeOptions& options,
                                              std::string_view key) {
  const Fields& fields = head.fields;
  if (const auto error = check_status_line(head)) return tl::unexpected(*error);
  // §4.1: "a value that is not an ASCII case-insensitive match for the value "websocket"": the
  // whole value, where the Connection field only has to hold its token.
  if (fields.count("Upgrade") != 1 || !equals_ignoring_case(fields.first("Upgrade"), "websocket")) {
    return tl::unexpected(Error::kUpgradeMissing);
  }
  if (!fields.has_token("Connection", "Upgrade")) return tl::unexpected(Error::kConnectionMissing);
  if (const auto error = check_accept(fields, key)) return tl::unexpected(*error);
  // Several fields are one list, in a response too (§4.2.2; erratum 3433 to §11.3.2).
  const auto extensions = parse_extensions(fields);
  if (!extensions) return tl::unexpected(extensions.error());
  const auto deflate = check_answer(*extensions, options.deflate);
  if (!deflate) return tl::unexpected(deflate.error());
  auto subprotocol = check_subprotocol(fields, options.subprotocols);
  if (!subprotocol) return tl::unexpected(subprotocol.error());
  return Agreement{options.resource, std::move(*subprotocol), *deflate};
}

}  // namespace wsproof
