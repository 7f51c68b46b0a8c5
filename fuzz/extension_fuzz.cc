// SPDX-License-Identifier: Apache-2.0
// Negotiation of extensions: what is parsed comes back from its text, an answer is always legal for
// its offer, and both ends agree. Option octets 0 and 1: the server's options; 2 and 3: the
// client's. Data: the value of a Sec-WebSocket-Extensions field, taken as an offer and as an
// answer.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/support/check.h"
#include "fuzz/support/heap.h"
#include "fuzz/support/input.h"
#include "fuzz/support/target.h"
#include "server/protocol/extension.h"

namespace wsproof::fuzz {
namespace {

// A parameter of two octets ("; a" with its blank left out) is an object of about 80.
constexpr std::size_t kTakenForOctet = 256;

DeflateOptions options_from(std::uint8_t bits, std::uint8_t windows) {
  DeflateOptions options;
  options.server_no_context_takeover = (bits & 1U) != 0;
  options.client_no_context_takeover = (bits & 2U) != 0;
  options.offer_client_max_window_bits = (bits & 4U) == 0;
  options.enabled = (bits & 8U) == 0;
  options.server_max_window_bits = 15 - (windows & 7U);
  options.client_max_window_bits = 15 - (windows >> 4U & 7U);
  return options;
}

const ExtensionParameter* find(const Extension& extension, std::string_view name) {
  const auto at = std::find_if(extension.parameters.begin(), extension.parameters.end(),
                               [name](const ExtensionParameter& one) { return one.name == name; });
  return at == extension.parameters.end() ? nullptr : &*at;
}

// The bits that a parameter names; `absent` where it names none.
int bits_of(const ExtensionParameter& parameter, int absent) {
  if (!parameter.value) return absent;
  int bits = 0;
  std::from_chars(parameter.value->data(), parameter.value->data() + parameter.value->size(), bits);
  return bits;
}

// RFC 7692 7.1.1 and 7.1.2, for one element of the offer and the answer to it.
bool answers(const Extension& answer, const Extension& offer) {
  if (offer.name != answer.name) return false;
  if (find(offer, "server_no_context_takeover") != nullptr &&
      find(answer, "server_no_context_takeover") == nullptr) {
    return false;
  }
  const auto* const server_asked = find(offer, "server_max_window_bits");
  const auto* const server_given = find(answer, "server_max_window_bits");
  if (server_asked != nullptr &&
      (server_given == nullptr || bits_of(*server_given, 15) > bits_of(*server_asked, 15))) {
    return false;
  }
  const auto* const client_asked = find(offer, "client_max_window_bits");
  const auto* const client_given = find(answer, "client_max_window_bits");
  return client_given == nullptr ||
         (client_asked != nullptr && bits_of(*client_given, 15) <= bits_of(*client_asked, 15));
}

void check_answer_to(const std::vector<Extension>& offer, const DeflateOptions& server) {
  const auto answer = answer_offer(offer, server);
  if (!answer) return;
  const auto parsed = parse_extensions(std::string_view(answer->field_value));
  check(parsed.has_value() && parsed->size() == 1, "an answer names one extension");
  check(std::any_of(offer.begin(), offer.end(),
                    [&parsed](const Extension& one) { return answers(parsed->front(), one); }),
        "an answer is legal for an element of its offer");
  const DeflateParameters& agreed = answer->parameters;
  for (const int bits : {agreed.server_max_window_bits, agreed.client_max_window_bits}) {
    check(bits >= 8 && bits <= 15, "windows have 8 to 15 bits");
  }
  check(agreed.server_max_window_bits >= 9, "the server has a window that zlib has, too");
}

void check_both_ends(const DeflateOptions& server, const DeflateOptions& client) {
  const std::string offered = make_offer(client);
  check(offered.empty() == !client.enabled, "what is not enabled is not offered");
  if (offered.empty()) return;
  const auto offer = parse_extensions(std::string_view(offered));
  check(offer.has_value(), "an offer can be parsed");
  const auto answer = answer_offer(*offer, server);
  if (!answer) return;
  const auto parsed = parse_extensions(std::string_view(answer->field_value));
  const auto agreed = check_answer(*parsed, client);
  if (answer->parameters.client_max_window_bits < 9) {
    // Legal, but our client's zlib has no such window, and RFC 7692 7 leaves it to fail.
    check(!agreed && agreed.error() == Error::kExtensionParameterBad, "no window of 8 is agreed");
    return;
  }
  check(agreed.has_value() && agreed->has_value(), "our client takes our server's answer");
  const DeflateParameters& ours = **agreed;
  const DeflateParameters& theirs = answer->parameters;
  // A sender may keep to less than the receiver counts on, never to more.
  check(ours.client_max_window_bits <= theirs.client_max_window_bits &&
            theirs.server_max_window_bits <= ours.server_max_window_bits,
        "no end compresses with more window than the other keeps");
  check(ours.client_no_context_takeover || !theirs.client_no_context_takeover,
        "the client drops its context where the server counts on it");
  check(theirs.server_no_context_takeover || !ours.server_no_context_takeover,
        "the server drops its context where the client counts on it");
}

}  // namespace

void run(Bytes octets) {
  const Input input(octets);
  const DeflateOptions server = options_from(input.option(0), input.option(1));
  const DeflateOptions client = options_from(input.option(2), input.option(3));
  check_both_ends(server, client);

  Heap::reset();
  const auto parsed = parse_extensions(as_text(input.data()));
  check(Heap::taken() <= kTakenForOctet * (input.data().size() + 1),
        "what is taken from the heap is bounded by the input");
  if (!parsed) {
    check(parsed.error() == Error::kExtensionMalformed, "there is one error for bad grammar");
    return;
  }
  check(!parsed->empty(), "a list has an element");
  const auto again = parse_extensions(std::string_view(format_extensions(*parsed)));
  check(again.has_value() && *again == *parsed, "a list comes back from its text");
  check_answer_to(*parsed, server);

  const auto agreed = check_answer(*parsed, client);
  if (!agreed || !*agreed) return;
  auto offer = parse_extensions(std::string_view(make_offer(client)));
  check(offer.has_value(), "an offer can be parsed");
  // A client's own hint is a promise, not a limit for the answer: a larger window is put up with.
  for (ExtensionParameter& parameter : offer->front().parameters) {
    if (parameter.name == "client_max_window_bits") parameter.value.reset();
  }
  check(answers(parsed->front(), offer->front()),
        "a client takes only what is legal for its offer");
}

}  // namespace wsproof::fuzz
