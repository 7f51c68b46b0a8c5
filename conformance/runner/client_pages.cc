// SPDX-License-Identifier: Apache-2.0
#include "conformance/runner/client_pages.h"

#include <utility>

#include "conformance/report/client_json.h"
#include "conformance/report/explain.h"
#include "conformance/runner/client_page_files.h"
#include "conformance/runner/control_request.h"
#include "server/protocol/http_response.h"

namespace wsproof::conformance {
namespace {

// The page needs nothing from elsewhere, so nothing from elsewhere is let in.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

constexpr const char* kHtml = "text/html; charset=utf-8";
constexpr const char* kJson = "application/json";
constexpr const char* kText = "text/plain; charset=utf-8";

}  // namespace

std::string answer_client_page(const RequestHead& head, std::string_view resource,
                               const std::vector<const Case*>& cases, const AgentBook& book) {
  std::vector<std::pair<std::string, std::string>> fields{{"Cache-Control", "no-store"},
                                                          {"Content-Security-Policy", kPolicy},
                                                          {"X-Content-Type-Options", "nosniff"}};
  const bool head_only = head.method == "HEAD";
  if (!head_only && head.method != "GET") {
    // RFC 9110 15.5.6: a 405 says what is allowed.
    fields.emplace_back("Allow", "GET, HEAD");
    return format_http_response(405, kText, "Only GET and HEAD are understood here.\n", fields);
  }
  const std::string_view path = resource.substr(0, resource.find('?'));
  if (path == "/") {
    return format_http_response(200, kHtml, wsproof::embedded::client_page_files().front().bytes,
                                fields, head_only);
  }
  if (path == "/cases.json") {
    return format_http_response(200, kJson, list_cases_json(cases), fields, head_only);
  }
  if (path == "/results.json") {
    std::vector<const CaseResult*> results;
    const std::string agent = query_value(resource, "agent").value_or("");
    for (std::size_t place = 0; place < cases.size(); ++place) {
      if (const CaseResult* result = book.result(agent, place)) {
        results.push_back(result);
      }
    }
    return format_http_response(200, kJson, client_results_json(results), fields, head_only);
  }
  if (parse_control_request(resource, cases)) {
    // RFC 9110 15.5.22: a 426 says which protocol is wanted.
    fields.emplace_back("Upgrade", "websocket");
    return format_http_response(426, kText, "This is a WebSocket endpoint.\n", fields, head_only);
  }
  return format_http_response(404, kText, "Nothing is here; / is a page that tests a browser.\n",
                              fields, head_only);
}

}  // namespace wsproof::conformance
