// SPDX-License-Identifier: Apache-2.0
#include "server/protocol/http_response.h"

#include <algorithm>

#include "server/protocol/http_text.h"

namespace wsproof {
namespace {

// RFC 9110 6.4.1, 8.6: these end with their head and say nothing of a length.
bool never_has_a_body(int status) { return status < 200 || status == 204 || status == 304; }

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

std::string format_http_response(int status, std::string_view content_type, std::string_view body,
                                 const std::vector<std::pair<std::string, std::string>>& fields,
                                 bool head_only) {
  const bool upgrade = std::any_of(fields.begin(), fields.end(), [](const auto& field) {
    return equals_ignoring_case(field.first, "Upgrade");
  });
  std::string response = "HTTP/1.1 " + std::to_string(status) + " ";
  response.append(reason_phrase(status)).append("\r\n");
  if (!never_has_a_body(status)) {
    if (!content_type.empty()) {
      response.append("Content-Type: ").append(content_type).append("\r\n");
    }
    response.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  }
  response.append(upgrade ? "Connection: close, Upgrade\r\n" : "Connection: close\r\n");
  for (const auto& [name, value] : fields) {
    response.append(name).append(": ").append(value).append("\r\n");
  }
  response.append("\r\n");
  if (!head_only && !never_has_a_body(status)) response.append(body);
  return response;
}

}  // namespace wsproof
