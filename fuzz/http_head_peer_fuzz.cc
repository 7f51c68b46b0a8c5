// SPDX-License-Identifier: Apache-2.0
// HTTP heads beside http-parser: where both accept, both read the same. Options: bit 0 a response
// instead of a request. Data: the head and what follows.
#include <http_parser.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fuzz/support/check.h"
#include "fuzz/support/input.h"
#include "fuzz/support/target.h"
#include "server/protocol/http_head.h"
#include "server/protocol/http_text.h"

namespace wsproof::fuzz {
namespace {

struct Read {
  std::string target;
  std::string reason;
  std::vector<std::pair<std::string, std::string>> fields;
  bool in_value = false;
  bool complete = false;
};

Read& of(http_parser* parser) { return *static_cast<Read*>(parser->data); }

int take_target(http_parser* parser, const char* at, std::size_t size) {
  of(parser).target.append(at, size);
  return 0;
}

int take_reason(http_parser* parser, const char* at, std::size_t size) {
  of(parser).reason.append(at, size);
  return 0;
}

int take_name(http_parser* parser, const char* at, std::size_t size) {
  Read& read = of(parser);
  if (read.in_value || read.fields.empty()) read.fields.emplace_back();
  read.in_value = false;
  read.fields.back().first.append(at, size);
  return 0;
}

int take_value(http_parser* parser, const char* at, std::size_t size) {
  Read& read = of(parser);
  read.in_value = true;
  read.fields.back().second.append(at, size);
  return 0;
}

int complete(http_parser* parser) {
  of(parser).complete = true;
  http_parser_pause(parser, 1);
  return 0;
}

void compare(const Fields& ours, const Read& theirs) {
  check(ours.lines.size() == theirs.fields.size(), "both find as many fields");
  for (std::size_t i = 0; i < ours.lines.size(); ++i) {
    const auto& [name, value] = theirs.fields[i];
    check(ours.lines[i].name == name, "both read the same name");
    check(ours.lines[i].value == trim_blanks(value), "both read the same value");
  }
}

}  // namespace

void run(Bytes octets) {
  const Input input(octets);
  const bool response = input.flag(0);
  http_parser_settings settings;
  http_parser_settings_init(&settings);
  settings.on_url = take_target;
  settings.on_status = take_reason;
  settings.on_header_field = take_name;
  settings.on_header_value = take_value;
  settings.on_headers_complete = complete;
  Read theirs;
  http_parser parser;
  http_parser_init(&parser, response ? HTTP_RESPONSE : HTTP_REQUEST);
  parser.data = &theirs;
  input.cut(input.data(), [&](MutableBytes piece) {
    if (theirs.complete || HTTP_PARSER_ERRNO(&parser) != HPE_OK) return;
    const std::string_view text = as_text(piece);
    static_cast<void>(http_parser_execute(&parser, &settings, text.data(), text.size()));
  });
  if (!theirs.complete) return;

  if (response) {
    ResponseHead head;
    if (parse_response_head(input.data(), {}, head).status != HeadResult::Status::kDone) return;
    check(head.status == static_cast<int>(parser.status_code), "both read the same status");
    // It passes over blanks that belong to the reason.
    check(trim_blanks(head.reason) == trim_blanks(theirs.reason), "both read the same reason");
    compare(head.fields, theirs);
    return;
  }
  RequestHead head;
  if (parse_request_head(input.data(), {}, head).status != HeadResult::Status::kDone) return;
  check(head.method == http_method_str(static_cast<http_method>(parser.method)),
        "both read the same method");
  check(head.target == theirs.target, "both read the same target");
  check(head.version_major == parser.http_major && head.version_minor == parser.http_minor,
        "both read the same version");
  compare(head.fields, theirs);
}

}  // namespace wsproof::fuzz
