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
#include "server/protocol/http_response.h"

namespace wsproof {

class RandomSource;

/// What both ends know once the handshake is done.
struct Agreement {
  std::string resource;     ///< path and query of the request's target, whichever form it had
  std::string subprotocol;  ///< empty: none
  std::optional<DeflateParameters> deflate;
};

/// base64(SHA-1(key + GUID)), 28 characters (RFC 6455 4.2.2, item 5.4). Of any key: whether it is
/// well-formed is for is_key() to say. Ends the program where OpenSSL has no SHA-1.
[[nodiscard]] std::string accept_key(std::string_view key);

/// A fresh nonce of 16 octets in base64 (§4.1, item 7).
[[nodiscard]] std::string make_key(RandomSource& random);

/// Whether this is base64 of 16 octets (§4.2.1, item 5). Pad bits may be anything, as they are in
/// the example of §4.1 (erratum 3150).
[[nodiscard]] bool is_key(std::string_view text);

// --- server

struct ServerHandshakeOptions {
  /// The server's own order of preference; tokens, compared with regard to case (RFC 7936 2).
  std::vector<std::string> subprotocols;
  DeflateOptions deflate;
  /// Called with the value of Origin, made lower-case (§4.2.2), where the request has one; false
  /// answers 403 (§10.2). Where it is set, a request with two Origin fields is refused as well.
  /// Empty: every origin is welcome.
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

/// Whether a request asks for a WebSocket at all, well or badly: it has Upgrade with websocket, or
/// a Sec-WebSocket-Key or Sec-WebSocket-Version field. If not, it is plain HTTP.
[[nodiscard]] bool is_upgrade_request(const RequestHead& head);

/// Every check of §4.2.1, and the answer of §4.2.2. The order is that of the text, but that the
/// version comes before the key, so that a client of another version learns which one is spoken.
[[nodiscard]] tl::expected<Acceptance, Refusal> accept_request(
    const RequestHead& head, const ServerHandshakeOptions& options);

/// The answer to a head that could not be parsed or that passed a limit: 400, 408, 414, 431 or 505.
[[nodiscard]] Refusal refuse_head(Error error, const ServerHandshakeOptions& options);

// --- client

struct ClientHandshakeOptions {
  std::string host;  ///< the value of Host: with the port where it is not the scheme's own
  std::string resource = "/";
  std::vector<std::string> subprotocols;
  DeflateOptions deflate;
  std::string origin;                                       ///< empty: no Origin
  std::vector<std::pair<std::string, std::string>> fields;  ///< added as they are
};

/// What is wrong with the options, in one sentence; nothing where a legal request can be made of
/// them (§4.1). Of use where they come from a person.
[[nodiscard]] std::optional<std::string> find_fault(const ClientHandshakeOptions& options);

/// The request of §4.1 with this key. The options have no fault (asserted).
[[nodiscard]] std::string make_request(const ClientHandshakeOptions& options, std::string_view key);

/// Every check of §4.1 on the server's answer.
[[nodiscard]] tl::expected<Agreement, Error> check_response(const ResponseHead& head,
                                                            const ClientHandshakeOptions& options,
                                                            std::string_view key);

}  // namespace wsproof
