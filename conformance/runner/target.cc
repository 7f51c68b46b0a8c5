// SPDX-License-Identifier: Apache-2.0
#include "conformance/runner/target.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "conformance/report/escape.h"

namespace wsproof::conformance {
namespace {

bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// pchar, "/" and "?" of RFC 3986; "%" only before two hex digits.
bool is_resource(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) {
        return false;
      }
      continue;
    }
    if (!is_alphanumeric(text[i]) && !is_one_of(text[i], "-._~!$&'()*+,;=:@/?")) {
      return false;
    }
  }
  return true;
}

bool is_host(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return is_alphanumeric(c) || is_one_of(c, "-._~");
  });
}

bool is_ipv6(std::string_view host) {
  return host.find(':') != std::string_view::npos &&
         std::all_of(host.begin(), host.end(),
                     [](char c) { return is_hex(c) || is_one_of(c, ":.%") || is_alphanumeric(c); });
}

/// RFC 6455 3: 80 for "ws" and 443 for "wss".
std::uint16_t default_port(bool secure) { return secure ? 443 : 80; }

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

}  // namespace

std::string Target::host_field() const {
  if (!host_override.empty()) {
    return host_override;
  }
  const std::string name = host.find(':') == std::string::npos ? host : '[' + host + ']';
  return port == default_port(secure) ? name : fmt::format("{}:{}", name, port);
}

tl::expected<Target, std::string> parse_target(std::string_view url) {
  const auto refuse = [&](std::string_view why) {
    return tl::unexpected(fmt::format("{}: {}", printable(url), why));
  };
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) {
    return refuse("not a URL like ws://host:port/path");
  }
  const std::string scheme = lower(url.substr(0, scheme_end));
  if (scheme != "ws" && scheme != "wss") {
    return refuse("the scheme must be ws:// or wss://");
  }
  if (url.find('#') != std::string_view::npos) {
    return refuse(fmt::format("a {}:// URL has no fragment (RFC 6455 3)", scheme));
  }

  std::string_view rest = url.substr(scheme_end + 3);
  const std::size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
  std::string_view authority = rest.substr(0, authority_end);
  const std::string_view resource = rest.substr(authority_end);
  if (authority.find('@') != std::string_view::npos) {
    return refuse(fmt::format("a {}:// URL has no user name or password", scheme));
  }

  Target target;
  target.url = url;
  target.secure = scheme == "wss";
  target.port = default_port(target.secure);
  std::string_view port;
  bool has_port = false;
  if (!authority.empty() && authority.front() == '[') {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos || !is_ipv6(authority.substr(1, end - 1))) {
      return refuse("the IPv6 address between [ and ] is not one");
    }
    target.host = authority.substr(1, end - 1);
    authority.remove_prefix(end + 1);
    if (!authority.empty() && authority.front() != ':') {
      return refuse("only a port may follow the IPv6 address");
    }
    has_port = !authority.empty();
    port = has_port ? authority.substr(1) : authority;
  } else {
    const std::size_t colon = authority.find(':');
    has_port = colon != std::string_view::npos;
    target.host = authority.substr(0, colon);
    port = has_port ? authority.substr(colon + 1) : std::string_view();
    if (target.host.empty()) {
      return refuse("the host is missing");
    }
    if (!is_host(target.host)) {
      return refuse(fmt::format("\"{}\" is not a host name or address", printable(target.host)));
    }
  }
  if (has_port) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (error != std::errc() || end != port.data() + port.size() || number < 1 || number > 65535) {
      return refuse("the port must be a number from 1 to 65535");
    }
    target.port = static_cast<std::uint16_t>(number);
  }
  if (!is_resource(resource)) {
    return refuse("path and query may hold only the characters of a URL; others as %XX");
  }
  if (!resource.empty()) {
    target.resource = resource.front() == '?' ? '/' + std::string(resource) : std::string(resource);
  }
  return target;
}

}  // namespace wsproof::conformance
