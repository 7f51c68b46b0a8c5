// SPDX-License-Identifier: Apache-2.0
// The opening handshake of both roles. Options: bit 0 we are the client, bit 1 the server knows
// subprotocols, bit 2 it asks for an origin, bit 3 no compression. Data: what the peer sends. As a
// client our random octets are always the same, so that an input can hold the right answer.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/support/check.h"
#include "fuzz/support/fixed_random.h"
#include "fuzz/support/heap.h"
#include "fuzz/support/input.h"
#include "fuzz/support/target.h"
#include "server/protocol/handshake.h"
#include "server/protocol/http_head.h"
#include "server/protocol/opening.h"

namespace wsproof::fuzz {
namespace {

// What an opening may take: the octets are gathered, then looked at, some copied into an answer;
// and what a request, an answer and OpenSSL's digest take in any case.
constexpr std::size_t kTakenForOctet = 256;
constexpr std::size_t kTakenInAnyCase = 64 * 1024;

// `bodiless`: the answer to HEAD, which tells of a body and has none.
ResponseHead parse_own(std::string_view response, bool bodiless = false) {
  ResponseHead head;
  const HeadResult result = parse_response_head(as_bytes(response), Limits{}, head);
  check(result.status == HeadResult::Status::kDone, "our own answers can be parsed");
  const std::string_view length = head.fields.first("Content-Length");
  const std::string body(response.substr(result.consumed));
  check(length.empty() || bodiless ? body.empty() : length == std::to_string(body.size()),
        "a body has the length that is told");
  return head;
}

void check_refusal(const Refusal& refusal, bool bodiless) {
  const ResponseHead head = parse_own(refusal.response, bodiless);
  check(head.status == refusal.status && head.status >= 400 && head.status <= 599,
        "a refusal has a status of 400 or more");
  check(head.fields.has_token("Connection", "close"), "a refusal ends the connection");
}

void check_acceptance(const RequestHead& request, const Acceptance& acceptance,
                      const ServerHandshakeOptions& options) {
  const ResponseHead head = parse_own(acceptance.response);
  check(head.status == 101, "an acceptance is a 101");
  check(head.fields.first("Sec-WebSocket-Accept") ==
            accept_key(request.fields.first("Sec-WebSocket-Key")),
        "the key is answered");
  const Agreement& agreed = acceptance.agreement;
  check(head.fields.first("Sec-WebSocket-Protocol") == agreed.subprotocol,
        "the subprotocol is told");
  check(agreed.subprotocol.empty() ||
            (std::count(options.subprotocols.begin(), options.subprotocols.end(),
                        agreed.subprotocol) == 1 &&
             request.fields.has_token("Sec-WebSocket-Protocol", agreed.subprotocol)),
        "the subprotocol is one that both know");
  check(head.fields.has("Sec-WebSocket-Extensions") == agreed.deflate.has_value(),
        "compression is told where it is agreed");
  check(!agreed.deflate || options.deflate.enabled, "compression is agreed where it is enabled");
  check(!agreed.resource.empty() && agreed.resource.front() == '/', "a resource is a path");
}

void be_server(const Input& input) {
  const Limits limits;
  ServerHandshakeOptions options;
  if (input.flag(1)) options.subprotocols = {"chat", "superchat"};
  if (input.flag(2)) {
    options.allow_origin = [](std::string_view origin) { return origin == "http://example.com"; };
  }
  options.deflate.enabled = !input.flag(3);
  ServerOpening opening(limits);
  auto status = ServerOpening::Status::kNeedMore;
  input.cut(input.data(), [&](MutableBytes piece) { status = opening.push(piece); });
  if (status == ServerOpening::Status::kNeedMore) return;
  if (status == ServerOpening::Status::kError) {
    return check_refusal(refuse_head(opening.error(), options), false);
  }
  RequestHead whole;
  const HeadResult result = parse_request_head(input.data(), limits, whole);
  check(result.status == HeadResult::Status::kDone, "both parsers take the request");
  const MutableBytes rest = opening.rest();
  const Bytes behind = input.data().subspan(result.consumed);
  check(std::equal(rest.begin(), rest.end(), behind.begin(), behind.end()), "nothing is lost");

  const auto accepted = accept_request(opening.head(), options);
  if (!accepted) return check_refusal(accepted.error(), opening.head().method == "HEAD");
  check(is_upgrade_request(opening.head()), "what is accepted has asked for an upgrade");
  check_acceptance(opening.head(), *accepted, options);
}

struct Opened {
  ClientOpening::Status status;
  Error error;
  std::vector<std::uint8_t> rest;
  std::string subprotocol;

  bool operator==(const Opened&) const = default;
};

Opened open(const Input& input, bool whole, const ClientHandshakeOptions& options) {
  const Limits limits;
  FixedRandom random;
  ClientOpening opening(options, limits, random);
  auto status = ClientOpening::Status::kNeedMore;
  const auto push = [&](Bytes piece) {
    if (status != ClientOpening::Status::kError) status = opening.push(piece);
  };
  if (whole) {
    push(input.data());
  } else {
    input.cut(input.data(), push);
  }
  Opened opened{status, {}, {}, opening.agreement().subprotocol};
  if (status == ClientOpening::Status::kError) opened.error = opening.error();
  if (status == ClientOpening::Status::kOpen) {
    const MutableBytes rest = opening.rest();
    opened.rest.assign(rest.begin(), rest.end());
    check(opening.head().status == 101, "only a 101 opens the connection");
    check(!opening.agreement().deflate || options.deflate.enabled,
          "what was not offered is not agreed");
  }
  return opened;
}

void be_client(const Input& input) {
  ClientHandshakeOptions options{.host = "server.example.com"};
  if (input.flag(1)) options.subprotocols = {"chat", "superchat"};
  options.deflate.enabled = !input.flag(3);
  const Opened opened = open(input, true, options);
  check(opened == open(input, false, options), "pieces open a connection as the whole does");
  check(
      opened.subprotocol.empty() || std::count(options.subprotocols.begin(),
                                               options.subprotocols.end(), opened.subprotocol) == 1,
      "the subprotocol is one that was offered");
}

}  // namespace

void run(Bytes octets) {
  const Input input(octets);
  Heap::reset();
  if (input.flag(0)) {
    be_client(input);
  } else {
    be_server(input);
  }
  check(Heap::taken() <= kTakenInAnyCase + kTakenForOctet * octets.size(),
        "what is taken from the heap is bounded by the input");
}

}  // namespace wsproof::fuzz
