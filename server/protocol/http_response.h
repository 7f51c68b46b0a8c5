// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wsproof {

/// A plain HTTP answer with Content-Length, Connection: close, and the given extra fields, whose
/// names and values go out as they are. `head_only` answers HEAD: the same head and no body. An
/// answer with an Upgrade field names it in Connection too (RFC 9110 7.8). An empty content type
/// leaves its field out.
[[nodiscard]] std::string format_http_response(
    int status, std::string_view content_type, std::string_view body,
    const std::vector<std::pair<std::string, std::string>>& fields, bool head_only = false);

/// The reason phrase that RFC 9110 15 gives a status; "Unknown" for others.
[[nodiscard]] std::string_view reason_phrase(int status);

}  // namespace wsproof
