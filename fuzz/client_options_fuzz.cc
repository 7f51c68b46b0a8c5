// SPDX-License-Identifier: Apache-2.0
// What an owner asks for in a client's handshake, and in a plain HTTP answer: where nothing is
// wrong with it, the text that is made says just that, to our own parser and our own server, and
// nothing can be slipped in. Option octets 0 and 1: a status; octet 2: how many subprotocols and,
// from bit 4 on, how many fields. Data: host, resource, origin, subprotocols, names and values of
// fields, type and body of an answer, each a block of a script.
#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fuzz/support/check.h"
#include "fuzz/support/input.h"
#include "fuzz/support/script.h"
#include "fuzz/support/target.h"
#include "server/protocol/handshake.h"
#include "server/protocol/http_head.h"
#include "server/protocol/http_response.h"
#include "server/protocol/http_text.h"

namespace wsproof::fuzz {
namespace {

constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";

std::string text_of(Script& script) { return std::string(as_text(script.block())); }

// A block that is not there stands for what most have.
std::string text_of(Script& script, std::string_view otherwise) {
  std::string text = text_of(script);
  return text.empty() ? std::string(otherwise) : text;
}

ClientHandshakeOptions options_from(const Input& input, Script& script) {
  ClientHandshakeOptions options;
  options.host = text_of(script, "server.example.com");
  options.resource = text_of(script, "/");
  options.origin = text_of(script);
  for (int i = input.option(2) % 4; i > 0; --i) options.subprotocols.push_back(text_of(script));
  for (int i = input.option(2) / 16 % 4; i > 0; --i) {
    std::string name = text_of(script);
    options.fields.emplace_back(std::move(name), text_of(script));
  }
  return options;
}

// Larger than any text that the options can make: limits are not the subject.
Limits wide_limits() {
  Limits limits;
  limits.head = limits.request_line = limits.field_line = 1024 * 1024;
  return limits;
}

void check_request(const ClientHandshakeOptions& options) {
  const std::string request = make_request(options, kKey);
  const Limits limits = wide_limits();
  RequestHead head;
  const HeadResult result = parse_request_head(as_bytes(request), limits, head);
  check(result.status == HeadResult::Status::kDone && result.consumed == request.size(),
        "a request is one head and nothing behind it");
  check(head.method == "GET" && head.target == options.resource, "a request is for its resource");
  const Fields& fields = head.fields;
  check(fields.lines.size() == 6 + options.fields.size() + (options.origin.empty() ? 0U : 1U) +
                                   (options.subprotocols.empty() ? 0U : 1U),
        "a request has the fields that were asked for and no others");
  check(fields.count("Host") == 1 && fields.first("Host") == options.host, "one host is named");
  for (std::size_t i = 0; i < options.fields.size(); ++i) {
    const auto& [name, value] = options.fields[i];
    const Field& read = fields.lines[fields.lines.size() - options.fields.size() + i];
    check(read.name == name && read.value == trim_blanks(value), "a field is what was asked for");
  }

  ServerHandshakeOptions server;
  server.subprotocols = options.subprotocols;
  const auto accepted = accept_request(head, server);
  check(accepted.has_value(), "our server takes our client's request");
  check(accepted->agreement.resource == options.resource, "both know the resource");
  ResponseHead answer;
  const auto parsed = parse_response_head(as_bytes(accepted->response), limits, answer);
  check(parsed.status == HeadResult::Status::kDone, "an answer is a head");
  const auto agreed = check_response(answer, options, kKey);
  check(agreed.has_value(), "our client takes our server's answer");
  check(agreed->subprotocol == accepted->agreement.subprotocol &&
            agreed->subprotocol.empty() == options.subprotocols.empty(),
        "both know the subprotocol");
  check(agreed->deflate.has_value() == accepted->agreement.deflate.has_value(),
        "both know whether messages are compressed");
}

void check_answer(const Input& input, Script& script) {
  const int status = 100 + (input.option(0) + 256 * input.option(1)) % 500;
  // The type goes out as it is, so that it is the owner's to keep clean.
  const bool typed = script.octet() % 2 == 1;
  const std::string body = text_of(script);
  const bool head_only = input.flag(31);
  const std::string response = format_http_response(status, typed ? "text/plain" : "", body,
                                                    {{"Upgrade", "websocket"}}, head_only);
  const Limits limits = wide_limits();
  ResponseHead head;
  const HeadResult result = parse_response_head(as_bytes(response), limits, head);
  check(result.status == HeadResult::Status::kDone && head.status == status,
        "an answer has its status");
  check(head.reason == reason_phrase(status), "an answer has its reason");
  check(head.fields.has_token("Connection", "close") &&
            head.fields.has_token("Connection", "upgrade"),
        "an upgrade is named in Connection");
  const std::string_view behind = std::string_view(response).substr(result.consumed);
  if (!head.fields.has("Content-Length")) {
    check(behind.empty(), "what tells no length has no body");
    return;
  }
  check(head.fields.first("Content-Length") == std::to_string(body.size()), "the length is told");
  check(behind == (head_only ? std::string_view() : std::string_view(body)),
        "the body is there, or its head alone");
}

}  // namespace

void run(Bytes octets) {
  const Input input(octets);
  Script script(input.data());
  const ClientHandshakeOptions options = options_from(input, script);
  const std::optional<std::string> fault = find_fault(options);
  if (fault) {
    check(!fault->empty(), "a fault is told");
  } else {
    check_request(options);
  }
  check_answer(input, script);
}

}  // namespace wsproof::fuzz
