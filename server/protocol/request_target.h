// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wsproof {

/// The resource name, path and query, that the request-target of a GET means (RFC 6455 3, 4.2.1
/// item 1): the target itself where it is a path, what stands behind the authority where it is an
/// absolute http or https URI. Nothing where it is neither (`*`, host:port, a fragment, blanks,
/// octets outside visible ASCII).
///
/// Visible characters that RFC 3986 wants escaped (`|`, `{`, `"`) are let through: browsers send
/// them as they are.
[[nodiscard]] std::optional<std::string> resource_of_target(std::string_view target);

/// A host with an optional port, as Host and absolute URIs carry it (RFC 9110 7.2, RFC 3986 3.2):
/// a name, an IPv4 address or a bracketed address, not empty, no user information.
[[nodiscard]] bool is_authority(std::string_view text);

}  // namespace wsproof
