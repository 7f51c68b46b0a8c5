// SPDX-License-Identifier: Apache-2.0
#include "conformance/runner/control_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "conformance/report/escape.h"
#include "conformance/report/layout.h"

namespace wsproof::conformance {
namespace {

using Kind = ControlRequest::Kind;

struct Path {
  std::string_view name;
  Kind kind;
};
constexpr std::array<Path, 6> kPaths{{{"/getCaseCount", Kind::kCaseCount},
                                      {"/getCaseInfo", Kind::kCaseInfo},
                                      {"/runCase", Kind::kRunCase},
                                      {"/getCaseStatus", Kind::kCaseStatus},
                                      {"/updateReports", Kind::kUpdateReports},
                                      {"/stopServer", Kind::kStopServer}}};

// It becomes part of file names, and of every line about the agent.
constexpr std::size_t kAgentOctets = 200;

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// A plus sign is a blank, as forms send it and as Autobahn reads it.
std::optional<std::string> unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (i + 2 >= text.size() || digit(text[i + 1]) < 0 || digit(text[i + 2]) < 0) {
      return std::nullopt;
    }
    out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
    i += 2;
  }
  return out;
}

auto refuse(int status, std::string sentence) {
  return tl::unexpected(ControlError{status, std::move(sentence)});
}

tl::expected<std::size_t, ControlError> find_case(std::string_view resource, Kind kind,
                                                  const std::vector<const Case*>& cases) {
  if (const auto id = query_value(resource, "casetuple"); id && kind == Kind::kCaseInfo) {
    const auto found =
        std::find_if(cases.begin(), cases.end(), [&](const Case* one) { return one->id == *id; });
    if (found == cases.end()) {
      return refuse(404, fmt::format("case {} is not among those that run here", printable(*id)));
    }
    return static_cast<std::size_t>(found - cases.begin());
  }
  const auto text = query_value(resource, "case");
  if (!text) {
    return refuse(
        400, fmt::format("the URL must say which case: ?case=N, N from 1 to {}", cases.size()));
  }
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  const bool is_number = end == text->data() + text->size() && !text->empty();
  if (!is_number || error == std::errc::invalid_argument) {
    return refuse(400, fmt::format("case={} is not a number; cases are counted from 1 to {}",
                                   printable(*text), cases.size()));
  }
  if (error != std::errc() || number < 1 || number > cases.size()) {
    return refuse(404, fmt::format("there is no case {}: cases are counted from 1 to {}",
                                   printable(*text), cases.size()));
  }
  return number - 1;
}

}  // namespace

std::optional<std::string> query_value(std::string_view resource, std::string_view name) {
  const std::size_t mark = resource.find('?');
  std::string_view query = mark == std::string_view::npos ? "" : resource.substr(mark + 1);
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (unescaped(pair.substr(0, equals)) == std::string(name)) {
      return unescaped(pair.substr(std::min(equals + 1, pair.size())));
    }
  }
  return std::nullopt;
}

std::string query_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

tl::expected<ControlRequest, ControlError> parse_control_request(
    std::string_view resource, const std::vector<const Case*>& cases) {
  const std::string_view path = resource.substr(0, resource.find('?'));
  const auto* const known =
      std::find_if(kPaths.begin(), kPaths.end(), [&](const Path& one) { return one.name == path; });
  if (known == kPaths.end()) {
    return refuse(404, fmt::format("{} is not a URL of this server; a client asks for "
                                   "/getCaseCount, then for /runCase?case=N&agent=NAME for each N "
                                   "from 1, then for /updateReports?agent=NAME",
                                   printable(path)));
  }
  ControlRequest out;
  out.kind = known->kind;
  out.agent = query_value(resource, "agent").value_or("");
  if (out.agent.size() > kAgentOctets) {
    return refuse(400, fmt::format("the agent's name has {} octets; {} are the most",
                                   out.agent.size(), kAgentOctets));
  }
  out.agent = utf8_or_replaced(out.agent);
  if (out.kind == Kind::kCaseInfo || out.kind == Kind::kRunCase || out.kind == Kind::kCaseStatus) {
    const auto place = find_case(resource, out.kind, cases);
    if (!place) {
      return tl::unexpected(place.error());
    }
    out.place = *place;
  }
  const auto shutdown = query_value(resource, "shutdownOnComplete");
  out.shutdown = out.kind == Kind::kStopServer ||
                 (out.kind == Kind::kUpdateReports && (shutdown == "true" || shutdown == "True"));
  return out;
}

}  // namespace wsproof::conformance
