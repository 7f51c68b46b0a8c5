// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/catalogue/case.h"
#include "conformance/engine/findings.h"
#include "conformance/engine/head_builder.h"
#include "server/protocol/extension.h"
#include "server/protocol/http_head.h"

/// What RFC 6455 section 4 asks of the peer's head, checked one by one: each defect is a finding of
/// its own, and none keeps the connection from being looked at further.
namespace wsproof::conformance {

/// What the tester sent, as far as the answer depends on it.
struct SentRequest {
  std::string key;
  std::vector<std::string> subprotocols;
  std::vector<std::string> extensions;  ///< names that were offered
};

/// §4.1: a server's 101.
void check_response_fields(const ResponseHead& head, const SentRequest& sent, Time now,
                           Findings& findings);

/// §4.1, on the side of the server: a client's request.
void check_request_fields(const RequestHead& head, Time now, Findings& findings);

/// The case's own checks on a head; `start_line` is what ":start-line" names.
void check_case_fields(const std::vector<Opening::FieldCheck>& checks, const Fields& fields,
                       std::string_view start_line, const HeadValues& values, Time now,
                       Findings& findings);

/// All Sec-WebSocket-Extensions elements of a head; those of a malformed value are left out.
[[nodiscard]] std::vector<Extension> extensions_of(const Fields& fields);

/// What a permessage-deflate element agrees to, read leniently; nothing where there is none.
[[nodiscard]] std::optional<DeflateParameters> agreed_deflate(const std::vector<Extension>& answer);

}  // namespace wsproof::conformance
