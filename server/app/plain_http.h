// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "server/app/routes.h"
#include "server/protocol/handshake.h"

namespace wsproof {

/// The whole answer to a request that does not ask for a WebSocket, or asks for one where none is:
/// a page, or what is wrong with the request. The connection ends after it.
[[nodiscard]] std::string answer_plain(const RequestHead& head, const Routes& routes,
                                       const ServerHandshakeOptions& options);

}  // namespace wsproof
