// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/request_target.h"

#include <algorithm>
#include <cstddef>

#include "server/protocol/http_text.h"

namespace wsproof {
namespace {

bool is_hex_digit(char c) { return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f'); }

// RFC 3986 2.2, 2.3: unreserved and sub-delims.
bool is_name_char(char c) {
  return is_alpha(c) || is_digit(c) ||
         std::string_view("-._~!$&'()*+,;=").find(c) != std::string_view::npos;
}

// RFC 3986 3.2.2: reg-name, of which an IPv4 address is one.
bool is_reg_name(std::string_view name) {
  for (std::size_t at = 0; at < name.size(); ++at) {
    if (is_name_char(name[at])) continue;
    if (name[at] != '%' || name.size() - at < 3) return false;
    // The digits are name characters, and are passed as such.
    if (!is_hex_digit(name[at + 1]) || !is_hex_digit(name[at + 2])) return false;
  }
  return !name.empty();
}

// RFC 3986 3.2.2: what stands between the brackets, an IPv6 address or one of a later version.
// The characters are looked at, not the address: nothing here connects to it.
bool is_ip_literal(std::string_view address) {
  return address.find(':') != std::string_view::npos &&
         std::all_of(address.begin(), address.end(),
                     [](char c) { return is_name_char(c) || c == ':'; });
}

bool is_path_and_query(std::string_view text) {
  return text.front() == '/' && text.find('#') == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), is_visible);
}

}  // namespace

bool is_authority(std::string_view text) {
  std::string_view port;
  if (!text.empty() && text.front() == '[') {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || !is_ip_literal(text.substr(1, end - 1))) return false;
    port = text.substr(end + 1);
    if (!port.empty() && port.front() != ':') return false;
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    if (!is_reg_name(text.substr(0, colon))) return false;
    port = text.substr(colon);
  }
  // RFC 3986 3.2.3: port = *DIGIT, so that "host:" is well-formed.
  if (!port.empty()) port.remove_prefix(1);
  return std::all_of(port.begin(), port.end(), is_digit);
}

std::optional<std::string> resource_of_target(std::string_view target) {
  if (target.empty()) return std::nullopt;
  if (target.front() == '/') {
    if (!is_path_and_query(target)) return std::nullopt;
    return std::string(target);
  }
  // §4.2.1: "or an absolute HTTP/HTTPS URI containing the /resource name/".
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equals_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    const std::string_view rest = target.substr(scheme.size());
    const std::size_t authority_end = std::min(rest.find_first_of("/?#"), rest.size());
    if (!is_authority(rest.substr(0, authority_end))) return std::nullopt;
    // §3: an empty path is "/".
    std::string resource(rest.substr(authority_end));
    if (resource.empty() || resource.front() != '/') resource.insert(0, 1, '/');
    if (!is_path_and_query(resource)) return std::nullopt;
    return resource;
  }
  return std::nullopt;
}

}  // namespace wsproof
