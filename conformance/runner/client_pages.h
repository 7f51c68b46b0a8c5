// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/runner/agent_book.h"
#include "server/protocol/http_head.h"

namespace wsproof::conformance {

/// The whole answer to plain HTTP where clients are waited for: `/` is a page that tests the
/// browser that shows it, `/cases.json` the cases in the order of their numbers,
/// `/results.json?agent=A` what that agent's cases came to.
[[nodiscard]] std::string answer_client_page(const RequestHead& head, std::string_view resource,
                                             const std::vector<const Case*>& cases,
                                             const AgentBook& book);

}  // namespace wsproof::conformance
