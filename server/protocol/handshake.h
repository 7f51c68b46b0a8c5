// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "server/protocol/error.h"
#include "server/protocol/extension.h"
#include "server/protocol/http_head.h"

namespace wsproof {

/// What both ends know once the handshake is done.
struct Agreement {
  std::string resource;     ///< the request's target
  std::string subprotocol;  ///< empty: none
  std::optional<DeflateParameters> deflate;
};

/// base64(SHA-1(key + GUID)), 28 characters (RFC 6455 4.2.2, item 5.4).
[[nodiscard]] std::string accept_key(std::string_view key);

/// A fresh nonce of 16 octets in base64 (§4.1, item 7).
class RandomSource;
[[nodiscard]] std::string make_key(RandomSource& random);

// --- server
// ---------------------------------------------------------------------------------------

struct ServerHandshakeOptions {
  std::vector<std::string> subprotocols;  ///< the server's own order of preference
  DeflateOptions deflate;
  /// Called with the value of Origin where the request has one; false answers 403 (§10.2). Empty:
  /// every origin is welcome.
  std::function<bool(std::string_view origin)> allow_origin;
  std::string server_name;  ///< the Server field of every answer; empty: none
};

/// A request that is not granted, and the whole HTTP answer that says so (§4.2.2).
struct Refusal {
  Error error;
  int status;            ///< 400, 403, 405, 426, 505, ...
  std::string response;  ///< status line, fields and a short body; Connection: close
};

struct Acceptance {
  Agreement agreement;
  std::string response;  ///< the 101 with its empty line
};

/// Whether a request asks for an upgrade to websocket at all; if not, it is plain HTTP.
[[nodiscard]] bool is_upgrade_request(const RequestHead& head);

/// Every check of §4.2.1, in the order of the text, and the answer of §4.2.2.
[[nodiscard]] tl::expected<Acceptance, Refusal> accept_request(
    const RequestHead& head, const ServerHandshakeOptions& options);

/// A plain HTTP answer with Content-Length, Connection: close, and the given extra fields.
[[nodiscard]] std::string format_http_response(
    int status, std::string_view content_type, std::string_view body,
    const std::vector<std::pair<std::string, std::string>>& fields, bool head_only = false);

/// The answer to a head that could not be parsed or that passed a limit: 400, 408, 414, 431 or 505.
[[nodiscard]] Refusal refuse_head(Error error, const ServerHandshakeOptions& options);

// --- client
// ---------------------------------------------------------------------------------------

struct ClientHandshakeOptions {
  std::string host;  ///< the value of Host: with the port where it is not the scheme's own
  std::string resource = "/";
  std::vector<std::string> subprotocols;
  DeflateOptions deflate;
  std::string origin;                                       ///< empty: no Origin
  std::vector<std::pair<std::string, std::string>> fields;  ///< added as they are
};

/// The request of §4.1 with this key.
[[nodiscard]] std::string make_request(const ClientHandshakeOptions& options, std::string_view key);

/// Every check of §4.1 on the server's answer.
[[nodiscard]] tl::expected<Agreement, Error> check_response(const ResponseHead& head,
                                                            const ClientHandshakeOptions& options,
                                                            std::string_view key);

}  // namespace wsproof
