// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "server/protocol/extension.h"

namespace wsproof {
namespace {

constexpr std::string_view kName = "permessage-deflate";
constexpr std::string_view kServerNoContextTakeover = "server_no_context_takeover";
constexpr std::string_view kClientNoContextTakeover = "client_no_context_takeover";
constexpr std::string_view kServerMaxWindowBits = "server_max_window_bits";
constexpr std::string_view kClientMaxWindowBits = "client_max_window_bits";

constexpr int kMinWindowBits = 8;
constexpr int kMaxWindowBits = 15;
/// zlib takes 8 for a raw deflate stream and makes 9 of it, or refuses it: no compressor of ours
/// has a window of 8.
constexpr int kMinOwnWindowBits = 9;

int own_window_bits(int option) { return std::clamp(option, kMinOwnWindowBits, kMaxWindowBits); }
int peer_window_bits(int option) { return std::clamp(option, kMinWindowBits, kMaxWindowBits); }

/// The parameters of one element, offered or answered, each known to be legal by itself.
struct Element {
  bool server_no_context_takeover = false;
  bool client_no_context_takeover = false;
  std::optional<int> server_max_window_bits;
  std::optional<int> client_max_window_bits;
  /// client_max_window_bits without a value, which only an offer may have.
  bool bare_client_max_window_bits = false;
};

/// §7.1.2: "a decimal integer value without leading zeroes between 8 to 15, inclusive".
std::optional<int> read_window_bits(const std::optional<std::string>& value) {
  for (int bits = kMinWindowBits; bits <= kMaxWindowBits; ++bits) {
    if (value == std::to_string(bits)) return bits;
  }
  return std::nullopt;
}

/// §7: undefined parameters, invalid values and repetitions make an element void. Names are
/// compared as they are: those defined have small letters only.
std::optional<Element> read_element(const Extension& extension) {
  Element element;
  for (const auto& [name, value] : extension.parameters) {
    if (name == kServerNoContextTakeover || name == kClientNoContextTakeover) {
      bool& flag = name == kServerNoContextTakeover ? element.server_no_context_takeover
                                                    : element.client_no_context_takeover;
      // §7.1.1: "This extension parameter has no value."
      if (flag || value) return std::nullopt;
      flag = true;
    } else if (name == kServerMaxWindowBits) {
      if (element.server_max_window_bits) return std::nullopt;
      element.server_max_window_bits = read_window_bits(value);
      if (!element.server_max_window_bits) return std::nullopt;
    } else if (name == kClientMaxWindowBits) {
      if (element.client_max_window_bits || element.bare_client_max_window_bits) {
        return std::nullopt;
      }
      element.client_max_window_bits = read_window_bits(value);
      element.bare_client_max_window_bits = !value;
      if (value && !element.client_max_window_bits) return std::nullopt;
    } else {
      return std::nullopt;
    }
  }
  return element;
}

std::string format_element(const Element& element) {
  Extension extension{std::string(kName), {}};
  const auto add = [&extension](std::string_view name, std::optional<int> value = {}) {
    extension.parameters.push_back({std::string(name), std::nullopt});
    if (value) extension.parameters.back().value = std::to_string(*value);
  };
  if (element.server_no_context_takeover) add(kServerNoContextTakeover);
  if (element.client_no_context_takeover) add(kClientNoContextTakeover);
  if (element.server_max_window_bits) add(kServerMaxWindowBits, element.server_max_window_bits);
  if (element.client_max_window_bits || element.bare_client_max_window_bits) {
    add(kClientMaxWindowBits, element.client_max_window_bits);
  }
  return format_extensions({std::move(extension)});
}

/// The answer to an element that is legal; nothing where it cannot be met.
std::optional<Element> answer_element(const Element& offered, const DeflateOptions& options) {
  Element answer;
  // §7.1.1.1: accepted "by including" it; unasked for, it MAY be included as well.
  answer.server_no_context_takeover =
      offered.server_no_context_takeover || options.server_no_context_takeover;
  // §7.1.1.2: a client that hints at it will not take over anyway, and saying so saves the memory
  // of our inflater between messages.
  answer.client_no_context_takeover =
      offered.client_no_context_takeover || options.client_no_context_takeover;

  const int own_bits = own_window_bits(options.server_max_window_bits);
  if (offered.server_max_window_bits) {
    // §7.1.2.1: accepted "with the same or smaller value as the offer".
    if (*offered.server_max_window_bits < kMinOwnWindowBits) return std::nullopt;
    answer.server_max_window_bits = std::min(*offered.server_max_window_bits, own_bits);
  } else if (own_bits < kMaxWindowBits) {
    answer.server_max_window_bits = own_bits;
  }

  // §7.1.2.2: in the answer only where it is in the offer, not above the offer's value; worth
  // saying only where it limits something.
  if (offered.client_max_window_bits || offered.bare_client_max_window_bits) {
    const int bits = std::min(offered.client_max_window_bits.value_or(kMaxWindowBits),
                              peer_window_bits(options.client_max_window_bits));
    if (bits < kMaxWindowBits) answer.client_max_window_bits = bits;
  }
  return answer;
}

DeflateParameters parameters_of(const Element& element) {
  return {.server_no_context_takeover = element.server_no_context_takeover,
          .client_no_context_takeover = element.client_no_context_takeover,
          .server_max_window_bits = element.server_max_window_bits.value_or(kMaxWindowBits),
          .client_max_window_bits = element.client_max_window_bits.value_or(kMaxWindowBits)};
}

Element offer_of(const DeflateOptions& options) {
  Element offer;
  offer.server_no_context_takeover = options.server_no_context_takeover;
  offer.client_no_context_takeover = options.client_no_context_takeover;
  const int server_bits = peer_window_bits(options.server_max_window_bits);
  if (server_bits < kMaxWindowBits) offer.server_max_window_bits = server_bits;
  if (options.offer_client_max_window_bits) {
    const int client_bits = own_window_bits(options.client_max_window_bits);
    if (client_bits < kMaxWindowBits) {
      offer.client_max_window_bits = client_bits;
    } else {
      offer.bare_client_max_window_bits = true;
    }
  }
  return offer;
}

bool fits_offer(const Element& answer, const Element& offer) {
  // §7.1.2.2: the value is mandatory in an answer, and the parameter has to be in the offer. A
  // value above our hint is no fault: the hint was not a request.
  if (answer.bare_client_max_window_bits) return false;
  if (answer.client_max_window_bits) {
    if (!offer.client_max_window_bits && !offer.bare_client_max_window_bits) return false;
    // §7: "The client does not support the configuration that the response represents."
    if (*answer.client_max_window_bits < kMinOwnWindowBits) return false;
  }
  // §7.1.1.1, §7.1.2.1: the server accepts each of these by including it; an answer without it
  // accepts an offer that we did not make.
  if (offer.server_no_context_takeover && !answer.server_no_context_takeover) return false;
  return !offer.server_max_window_bits ||
         (answer.server_max_window_bits &&
          *answer.server_max_window_bits <= *offer.server_max_window_bits);
}

}  // namespace

std::optional<DeflateAnswer> answer_offer(const std::vector<Extension>& offer,
                                          const DeflateOptions& options) {
  if (!options.enabled) return std::nullopt;
  for (const Extension& extension : offer) {
    if (extension.name != kName) continue;
    const std::optional<Element> offered = read_element(extension);
    if (!offered) continue;
    if (const std::optional<Element> answer = answer_element(*offered, options)) {
      return DeflateAnswer{parameters_of(*answer), format_element(*answer)};
    }
  }
  return std::nullopt;
}

std::string make_offer(const DeflateOptions& options) {
  return options.enabled ? format_element(offer_of(options)) : std::string();
}

tl::expected<std::optional<DeflateParameters>, Error> check_answer(
    const std::vector<Extension>& answer, const DeflateOptions& options) {
  const Element offer = offer_of(options);
  std::optional<DeflateParameters> agreed;
  for (const Extension& extension : answer) {
    if (!options.enabled || extension.name != kName) {
      return tl::unexpected(Error::kExtensionNotOffered);
    }
    // §5: two extensions that use RSV1 conflict, and the client MUST fail the connection.
    if (agreed) return tl::unexpected(Error::kExtensionRepeated);
    const std::optional<Element> element = read_element(extension);
    if (!element || !fits_offer(*element, offer)) {
      return tl::unexpected(Error::kExtensionParameterBad);
    }
    agreed = parameters_of(*element);
    // §7.1.1.2, §7.1.2.2: what the offer hinted at holds "even if the server doesn't include" it.
    // A compressor may always do with less than was agreed.
    agreed->client_no_context_takeover |= options.client_no_context_takeover;
    agreed->client_max_window_bits =
        std::min(agreed->client_max_window_bits, own_window_bits(options.client_max_window_bits));
  }
  return agreed;
}

}  // namespace wsproof
