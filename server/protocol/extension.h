// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "server/protocol/error.h"
#include "server/protocol/http_head.h"

namespace wsproof {

struct ExtensionParameter {
  std::string name;
  std::optional<std::string> value;  ///< quotes and escapes removed

  bool operator==(const ExtensionParameter&) const = default;
};

/// One element of a Sec-WebSocket-Extensions list (RFC 6455 9.1).
struct Extension {
  std::string name;
  std::vector<ExtensionParameter> parameters;

  bool operator==(const Extension&) const = default;
};

/// Parses one field value by the grammar of §9.1: at least one element, blanks allowed around every
/// separator, quoted values only where they hold a token.
[[nodiscard]] tl::expected<std::vector<Extension>, Error> parse_extensions(std::string_view value);

/// All Sec-WebSocket-Extensions fields of a head as the one list that they are (§9.1). Empty where
/// the head has none; kExtensionMalformed where the fields there are name no extension.
[[nodiscard]] tl::expected<std::vector<Extension>, Error> parse_extensions(const Fields& fields);

/// The inverse; values that are not tokens are refused by assertion.
[[nodiscard]] std::string format_extensions(const std::vector<Extension>& extensions);

/// What permessage-deflate does on a connection (RFC 7692 7.1). Window bits are 8 to 15. What binds
/// an end's inflater is what the wire agreed; a client's own promises about its deflater
/// (client_no_context_takeover, client_max_window_bits in the offer) are kept in its parameters
/// even where the answer leaves them out.
struct DeflateParameters {
  bool server_no_context_takeover = false;
  bool client_no_context_takeover = false;
  int server_max_window_bits = 15;
  int client_max_window_bits = 15;

  bool operator==(const DeflateParameters&) const = default;
};

/// What an endpoint is willing to do.
struct DeflateOptions {
  bool enabled = true;
  /// As a server: asked of the peer, or granted when asked for. As a client: offered.
  bool server_no_context_takeover = false;
  bool client_no_context_takeover = false;
  /// The window of an end's own compressor is 9 at least, since zlib has none of 8.
  int server_max_window_bits = 15;
  int client_max_window_bits = 15;
  /// As a client: whether client_max_window_bits is in the offer at all (RFC 7692 7.1.2.2).
  bool offer_client_max_window_bits = true;
  int level = 1;      ///< 0 to 9, see MessageDeflater
  int mem_level = 8;  ///< zlib's memory level, 1 to 9
};

struct DeflateAnswer {
  DeflateParameters parameters;
  std::string field_value;  ///< for the response's Sec-WebSocket-Extensions
};

/// Server: picks the first permessage-deflate element of the offer that is legal and can be met.
/// Nothing means the extension is declined (RFC 7692 5.1, 7.1). An element that asks for
/// server_max_window_bits=8 cannot be met.
[[nodiscard]] std::optional<DeflateAnswer> answer_offer(const std::vector<Extension>& offer,
                                                        const DeflateOptions& options);

/// Client: the value of the offer's Sec-WebSocket-Extensions; empty where the extension is not
/// enabled, and then the field is left out.
[[nodiscard]] std::string make_offer(const DeflateOptions& options);

/// Client: checks the response's list against our own offer. Nothing: the server declined. An error
/// where the answer names what was not offered or is not legal (RFC 6455 4.1, RFC 7692 7.1).
[[nodiscard]] tl::expected<std::optional<DeflateParameters>, Error> check_answer(
    const std::vector<Extension>& answer, const DeflateOptions& options);

}  // namespace wsproof
