// SPDX-License-Identifier: Apache-2.0
#include "conformance/engine/deflate_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

namespace wsproof::conformance {
namespace {

constexpr std::string_view kDeflate = "permessage-deflate";
constexpr std::string_view kServerNoContextTakeover = "server_no_context_takeover";
constexpr std::string_view kClientNoContextTakeover = "client_no_context_takeover";
constexpr std::string_view kServerMaxWindowBits = "server_max_window_bits";
constexpr std::string_view kClientMaxWindowBits = "client_max_window_bits";
constexpr int kMaxBits = 15;

const ExtensionParameter* find(const Extension& extension, std::string_view name) {
  const auto found =
      std::find_if(extension.parameters.begin(), extension.parameters.end(),
                   [name](const ExtensionParameter& parameter) { return parameter.name == name; });
  return found == extension.parameters.end() ? nullptr : &*found;
}

/// §7.1.2: "a decimal integer value without leading zeroes between 8 to 15, inclusive".
std::optional<int> bits_of(const ExtensionParameter* parameter) {
  if (parameter == nullptr) return std::nullopt;
  for (int bits = 8; bits <= kMaxBits; ++bits) {
    if (parameter->value == std::to_string(bits)) return bits;
  }
  return std::nullopt;
}

/// §7: undefined parameters, repetitions and values that are not legal make an answer void.
void find_syntax_faults(const Extension& answer, std::vector<DeflateFault>& faults) {
  std::set<std::string_view> seen;
  for (const ExtensionParameter& parameter : answer.parameters) {
    const std::string_view name = parameter.name;
    const bool is_flag = name == kServerNoContextTakeover || name == kClientNoContextTakeover;
    const bool is_bits = name == kServerMaxWindowBits || name == kClientMaxWindowBits;
    if (!is_flag && !is_bits) {
      faults.push_back({fmt::format("answered with the parameter {}, which permessage-deflate does "
                                    "not have",
                                    name),
                        "RFC 7692 7"});
    }
    if (!seen.insert(name).second) {
      faults.push_back({fmt::format("answered with {} twice", name), "RFC 7692 7"});
    }
    if (is_flag && parameter.value) {
      faults.push_back({fmt::format("gave {} a value, and it has none", name), "RFC 7692 7.1.1"});
    }
    if (is_bits && !bits_of(&parameter)) {
      faults.push_back(
          {fmt::format("gave {} {}, which is no number from 8 to 15", name,
                       parameter.value ? '"' + *parameter.value + '"' : std::string("no value")),
           "RFC 7692 7.1.2"});
    }
  }
}

std::vector<Extension> parse_all(const std::vector<std::string>& elements) {
  std::vector<Extension> out;
  for (const std::string& element : elements) {
    if (auto parsed = parse_extensions(element)) {
      for (Extension& extension : *parsed) out.push_back(std::move(extension));
    }
  }
  return out;
}

}  // namespace

std::vector<DeflateFault> find_deflate_faults(const Extension& offer, const Extension& answer) {
  std::vector<DeflateFault> faults;
  find_syntax_faults(answer, faults);
  // §7.1.1.1: "A server accepts an extension negotiation offer that includes the
  // "server_no_context_takeover" extension parameter by including" it.
  if (find(offer, kServerNoContextTakeover) != nullptr &&
      find(answer, kServerNoContextTakeover) == nullptr) {
    faults.push_back(
        {"accepted an offer with server_no_context_takeover and left the parameter "
         "out of its answer",
         "RFC 7692 7.1.1.1"});
  }
  const std::optional<int> asked = bits_of(find(offer, kServerMaxWindowBits));
  const std::optional<int> granted = bits_of(find(answer, kServerMaxWindowBits));
  if (asked && find(answer, kServerMaxWindowBits) == nullptr) {
    // A window of 15 is what there is without the parameter: nothing comes of the omission.
    faults.push_back(
        {fmt::format("accepted an offer with server_max_window_bits={} and left the parameter out "
                     "of its answer",
                     *asked),
         "RFC 7692 7.1.2.1",
         *asked == kMaxBits ? Findings::Weight::kRemark : Findings::Weight::kFatal});
  } else if (asked && granted && *granted > *asked) {
    faults.push_back(
        {fmt::format("answered server_max_window_bits={} to an offer of {}", *granted, *asked),
         "RFC 7692 7.1.2.1"});
  }
  // §7.1.2.2: "If a received extension negotiation offer doesn't have the
  // "client_max_window_bits" extension parameter, the corresponding extension negotiation response
  // to the offer MUST NOT include" it.
  const ExtensionParameter* offered = find(offer, kClientMaxWindowBits);
  const std::optional<int> limit = bits_of(find(answer, kClientMaxWindowBits));
  if (limit && offered == nullptr) {
    faults.push_back(
        {"answered with client_max_window_bits, which was not offered", "RFC 7692 7.1.2.2"});
  } else if (limit && offered != nullptr && *limit > bits_of(offered).value_or(kMaxBits)) {
    faults.push_back({fmt::format("answered client_max_window_bits={} to an offer of {}", *limit,
                                  *bits_of(offered)),
                      "RFC 7692 7.1.2.2"});
  }
  return faults;
}

void check_deflate_answer(const std::vector<std::string>& offers, const Extension& answer, Time now,
                          Findings& findings, DeflateParameters& parameters) {
  const Extension* best = nullptr;
  std::vector<DeflateFault> fewest;
  const std::vector<Extension> parsed = parse_all(offers);
  for (const Extension& offer : parsed) {
    if (offer.name != kDeflate) continue;
    std::vector<DeflateFault> faults = find_deflate_faults(offer, answer);
    if (best != nullptr && faults.size() >= fewest.size()) continue;
    best = &offer;
    fewest = std::move(faults);
  }
  if (best == nullptr) return;
  for (DeflateFault& fault : fewest) {
    findings.add("deflate-answer", "the server " + std::move(fault.sentence),
                 std::move(fault.section), now, fault.weight);
  }
  // §7.1.1.2, §7.1.2.2: the hint holds "even if the server doesn't include" the parameter.
  if (find(*best, kClientNoContextTakeover) != nullptr) {
    parameters.client_no_context_takeover = true;
  }
  parameters.client_max_window_bits =
      std::min(parameters.client_max_window_bits,
               bits_of(find(*best, kClientMaxWindowBits)).value_or(kMaxBits));
}

std::optional<DeflateAnswer> answer_as_wanted(const std::vector<Extension>& offer,
                                              const std::vector<std::string>& wanted) {
  for (const Extension& want : parse_all(wanted)) {
    DeflateOptions options;
    options.client_no_context_takeover = find(want, kClientNoContextTakeover) != nullptr;
    options.client_max_window_bits = bits_of(find(want, kClientMaxWindowBits)).value_or(kMaxBits);
    for (const Extension& offered : offer) {
      std::optional<DeflateAnswer> answer = answer_offer({offered}, options);
      if (!answer) continue;
      // §7.1.2.2: a window can be asked only of a client that has offered to limit its own.
      if (answer->parameters.client_max_window_bits > options.client_max_window_bits) continue;
      // §7.1.1.2: the client's hint is no request, and to repeat it would take its context away.
      if (!options.client_no_context_takeover) {
        DeflateAnswer plain = *answer;
        plain.parameters.client_no_context_takeover = false;
        if (auto elements = parse_extensions(plain.field_value)) {
          auto& parameters = elements->front().parameters;
          parameters.erase(std::remove_if(parameters.begin(), parameters.end(),
                                          [](const ExtensionParameter& parameter) {
                                            return parameter.name == kClientNoContextTakeover;
                                          }),
                           parameters.end());
          plain.field_value = format_extensions(*elements);
        }
        return plain;
      }
      return answer;
    }
  }
  return std::nullopt;
}

}  // namespace wsproof::conformance
