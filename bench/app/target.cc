// SPDX-License-Identifier: Apache-2.0
#include "bench/app/target.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "server/protocol/request_target.h"

namespace wsproof::load {
namespace {

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

tl::expected<Target, std::string> parse_target(std::string_view url) {
  const auto wrong = [url](std::string_view what) {
    return tl::unexpected(fmt::format("{}: {}", url.empty() ? std::string_view("''") : url, what));
  };
  Target out;
  out.url = url;
  std::string_view rest = url;
  if (take(rest, "ws://")) {
    out.port = 80;
  } else if (take(rest, "wss://")) {
    out.scheme = Target::Scheme::kWss;
    out.port = 443;
  } else if (take(rest, "tcp://")) {
    out.scheme = Target::Scheme::kTcp;
  } else {
    return wrong("expected a URL that begins with ws://, wss:// or tcp://");
  }
  const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  const std::string_view authority = rest.substr(0, end);
  rest.remove_prefix(end);
  if (!is_authority(authority)) return wrong("expected a host, perhaps with a port, behind ://");
  out.authority = authority;
  std::string_view host = authority;
  const std::size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
    const std::string_view port = authority.substr(colon + 1);
    const auto [stop, fault] = std::from_chars(port.data(), port.data() + port.size(), out.port);
    if (fault != std::errc{} || stop != port.data() + port.size() || out.port == 0) {
      return wrong("expected a port from 1 to 65535");
    }
    host = authority.substr(0, colon);
  }
  if (out.port == 0) return wrong("tcp:// needs a port");
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  out.host = host;
  const std::string resource = rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
  const auto valid = resource_of_target(resource);
  if (!valid) return wrong("expected a path without blanks and without a fragment");
  out.resource = *valid;
  return out;
}

}  // namespace wsproof::load
