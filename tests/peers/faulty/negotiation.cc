// SPDX-License-Identifier: Apache-2.0
#include "tests/peers/faulty/negotiation.h"

#include <algorithm>

namespace wsproof::faulty {
namespace {

constexpr std::string_view kDeflate = "permessage-deflate";
constexpr std::string_view kServerForgets = "server_no_context_takeover";
constexpr std::string_view kClientForgets = "client_no_context_takeover";
constexpr std::string_view kServerBits = "server_max_window_bits";
constexpr std::string_view kClientBits = "client_max_window_bits";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(at);
    parts.push_back(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// 8 to 15, or 0 for what is no such number.
int bits_of(std::string_view value) {
  for (int bits = 8; bits <= 15; ++bits) {
    if (value == std::to_string(bits)) return bits;
  }
  return 0;
}

/// Whether an offer makes sense, and asks for nothing that zlib cannot do: a raw window of 8 bits.
bool can_keep(const Extension& offer) {
  if (offer.name != kDeflate) return false;
  return std::all_of(offer.parameters.begin(), offer.parameters.end(),
                     [](const Extension::Parameter& parameter) {
                       if (parameter.name == kServerForgets || parameter.name == kClientForgets) {
                         return parameter.value.empty();
                       }
                       if (parameter.name == kServerBits) return bits_of(parameter.value) > 8;
                       return parameter.name == kClientBits &&
                              (parameter.value.empty() || bits_of(parameter.value) != 0);
                     });
}

}  // namespace

const Extension::Parameter* Extension::find(std::string_view parameter) const {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const Parameter& one) { return one.name == parameter; });
  return found == parameters.end() ? nullptr : &*found;
}

std::vector<Extension> parse_extensions(std::string_view field) {
  std::vector<Extension> extensions;
  for (const std::string_view element : split(field, ',')) {
    const std::vector<std::string_view> parts = split(element, ';');
    Extension extension;
    extension.name = parts[0];
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const std::vector<std::string_view> sides = split(parts[i], '=');
      std::string_view value = sides.size() > 1 ? sides[1] : std::string_view();
      if (value.size() >= 2 && value.front() == '"') value = value.substr(1, value.size() - 2);
      extension.parameters.push_back({std::string(sides[0]), std::string(value)});
    }
    extensions.push_back(std::move(extension));
  }
  return extensions;
}

std::optional<DeflateAnswer> answer_offer(std::string_view field, const Faults& faults) {
  const std::vector<Extension> offers = parse_extensions(field);
  const auto offer = std::find_if(offers.begin(), offers.end(), can_keep);
  if (offer == offers.end()) return std::nullopt;
  DeflateAnswer answer{{}, std::string(kDeflate)};
  const auto add = [&answer](std::string_view parameter) {
    answer.field += "; ";
    answer.field += parameter;
  };
  if (offer->find(kServerForgets) != nullptr) {
    answer.agreed.server_forgets = true;
    if (!faults.on(Fault::kAnswersWithoutTakeover)) add(kServerForgets);
    if (faults.on(Fault::kAnswersTwice)) add(kServerForgets);
  }
  if (const auto* bits = offer->find(kServerBits)) {
    answer.agreed.server_bits = bits_of(bits->value);
    const int more = faults.on(Fault::kAnswersUnofferedWindow) ? 1 : 0;
    if (!faults.on(Fault::kAnswersWithoutWindow)) {
      add(std::string(kServerBits) + "=" + std::to_string(answer.agreed.server_bits + more));
    }
  }
  if (faults.on(Fault::kAnswersUnknownParameter)) add("server_memory_level=8");
  return answer;
}

std::string make_offer(const Faults& faults) {
  std::string offer = std::string(kDeflate) + "; " + std::string(kClientBits);
  if (faults.on(Fault::kOffersMalformed)) offer += "; =8";
  return offer;
}

std::optional<Compression> read_deflate_answer(std::string_view field, const Faults& faults) {
  for (const Extension& extension : parse_extensions(field)) {
    if (extension.name != kDeflate) continue;
    Compression agreed;
    agreed.server_forgets = extension.find(kServerForgets) != nullptr;
    agreed.client_forgets =
        extension.find(kClientForgets) != nullptr && !faults.on(Fault::kIgnoresAgreedTakeover);
    const auto* server = extension.find(kServerBits);
    if (server != nullptr) agreed.server_bits = bits_of(server->value);
    const auto* client = extension.find(kClientBits);
    if (client != nullptr && !faults.on(Fault::kIgnoresAgreedWindow)) {
      agreed.client_bits = bits_of(client->value);
    }
    return agreed;
  }
  return std::nullopt;
}

}  // namespace wsproof::faulty
