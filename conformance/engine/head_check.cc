// SPDX-License-Identifier: Apache-2.0
#include "conformance/engine/head_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <regex>

#include "conformance/engine/wording.h"
#include "server/protocol/handshake.h"

namespace wsproof::conformance {
namespace {

constexpr std::string_view kProtocol = "Sec-WebSocket-Protocol";
constexpr std::string_view kExtensions = "Sec-WebSocket-Extensions";
constexpr std::string_view kAccept = "Sec-WebSocket-Accept";
constexpr std::string_view kKey = "Sec-WebSocket-Key";
constexpr std::string_view kVersion = "Sec-WebSocket-Version";
constexpr std::string_view kDeflate = "permessage-deflate";

bool contains(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// A defect is noted where it is seen; these few words are all that each needs.
struct Notes {
  std::string who;
  Time now;
  Findings& findings;

  void add(Error error, std::string_view sentence) const {
    findings.add(error, fmt::format("{} {}", who, sentence), now);
  }
};

void check_upgrade(const Fields& fields, const Notes& notes) {
  if (!fields.has_token("Upgrade", "websocket")) {
    notes.add(Error::kUpgradeMissing,
              fields.has("Upgrade") ? fmt::format("sent \"Upgrade: {}\" without websocket in it",
                                                  fields.first("Upgrade"))
                                    : "sent no Upgrade field");
  }
  if (!fields.has_token("Connection", "Upgrade")) {
    notes.add(Error::kConnectionMissing,
              fields.has("Connection")
                  ? fmt::format("sent \"Connection: {}\" without Upgrade in it",
                                fields.first("Connection"))
                  : "sent no Connection field");
  }
}

/// §9.1: the grammar, in every field of the name.
void check_extension_syntax(const Fields& fields, const Notes& notes) {
  for (const Field& field : fields.lines) {
    if (!equals_ignoring_case(field.name, kExtensions)) continue;
    if (!parse_extensions(field.value)) {
      notes.add(Error::kExtensionMalformed,
                fmt::format("sent a malformed Sec-WebSocket-Extensions: \"{}\"", field.value));
    }
  }
}

/// 16 octets are 22 characters and two of padding; the last of the 22 has four zero bits.
bool is_well_formed_key(std::string_view key) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::string_view kLast = "AQgw";
  return key.size() == 24 && key.substr(22) == "==" &&
         key.substr(0, 22).find_first_not_of(kAlphabet) == std::string_view::npos &&
         kLast.find(key[21]) != std::string_view::npos;
}

bool holds(const Opening::FieldCheck& check, const Fields& fields, std::string_view value,
           std::size_t count, const std::string& wanted) {
  switch (check.kind) {
    case Opening::FieldCheck::Kind::kEquals:
      return count != 0 && value == wanted;
    case Opening::FieldCheck::Kind::kAbsent:
      return count == 0;
    case Opening::FieldCheck::Kind::kPresent:
    case Opening::FieldCheck::Kind::kDistinct:  // over connections: not for one alone to tell
      return count != 0;
    case Opening::FieldCheck::Kind::kOnce:
      return count == 1;
    case Opening::FieldCheck::Kind::kHasToken:
      return fields.has_token(check.name, wanted);
    case Opening::FieldCheck::Kind::kMatches:
      break;
  }
  // The pattern comes from the case files, and libstdc++ recurses once a character: a field that is
  // longer than any that could match is not searched.
  constexpr std::size_t kLongest = 8192;
  if (count == 0 || value.size() > kLongest) return false;
  try {
    return std::regex_match(value.begin(), value.end(), std::regex(wanted));
  } catch (const std::regex_error&) {
    return false;
  }
}

std::string wanted_words(const Opening::FieldCheck& check, const std::string& wanted) {
  switch (check.kind) {
    case Opening::FieldCheck::Kind::kEquals:
      return fmt::format("to be \"{}\"", wanted);
    case Opening::FieldCheck::Kind::kAbsent:
      return "not to be there";
    case Opening::FieldCheck::Kind::kPresent:
    case Opening::FieldCheck::Kind::kDistinct:
      return "to be there";
    case Opening::FieldCheck::Kind::kOnce:
      return "to be there exactly once";
    case Opening::FieldCheck::Kind::kHasToken:
      return fmt::format("to have the token \"{}\"", wanted);
    case Opening::FieldCheck::Kind::kMatches:
      break;
  }
  return fmt::format("to match \"{}\"", wanted);
}

}  // namespace

std::vector<Extension> extensions_of(const Fields& fields) {
  std::vector<Extension> all;
  for (const Field& field : fields.lines) {
    if (!equals_ignoring_case(field.name, kExtensions)) continue;
    if (auto some = parse_extensions(field.value)) {
      all.insert(all.end(), some->begin(), some->end());
    }
  }
  return all;
}

std::optional<DeflateParameters> agreed_deflate(const std::vector<Extension>& answer) {
  for (const Extension& extension : answer) {
    if (extension.name != kDeflate) continue;
    DeflateParameters parameters;
    for (const ExtensionParameter& parameter : extension.parameters) {
      if (parameter.name == "server_no_context_takeover") {
        parameters.server_no_context_takeover = true;
      }
      if (parameter.name == "client_no_context_takeover") {
        parameters.client_no_context_takeover = true;
      }
      int bits = 15;
      if (parameter.value) {
        const std::string& text = *parameter.value;
        std::from_chars(text.data(), text.data() + text.size(), bits);
      }
      bits = std::clamp(bits, 8, 15);
      if (parameter.name == "server_max_window_bits") parameters.server_max_window_bits = bits;
      if (parameter.name == "client_max_window_bits") parameters.client_max_window_bits = bits;
    }
    return parameters;
  }
  return std::nullopt;
}

void check_response_fields(const ResponseHead& head, const SentRequest& sent, Time now,
                           Findings& findings) {
  const Notes notes{"the server", now, findings};
  const Fields& fields = head.fields;
  if (head.version_major < 1 || (head.version_major == 1 && head.version_minor < 1)) {
    notes.add(Error::kHttpVersionTooLow,
              fmt::format("answered 101 with HTTP/{}.{}", head.version_major, head.version_minor));
  }
  check_upgrade(fields, notes);
  if (fields.count(kAccept) != 1) {
    notes.add(Error::kAcceptMissing,
              fmt::format("sent {} in its 101",
                          number_of(fields.count(kAccept), "Sec-WebSocket-Accept field")));
  } else if (fields.first(kAccept) != accept_key(sent.key)) {
    notes.add(Error::kAcceptWrong,
              fmt::format("sent Sec-WebSocket-Accept \"{}\"; \"{}\" belongs to the key",
                          fields.first(kAccept), accept_key(sent.key)));
  }
  // §11.3.4: the field MUST NOT appear more than once in a response.
  if (fields.count(kProtocol) > 1) {
    notes.add(Error::kSubprotocolMalformed, "sent Sec-WebSocket-Protocol more than once");
  } else if (fields.has(kProtocol) && !contains(sent.subprotocols, fields.first(kProtocol))) {
    notes.add(Error::kSubprotocolNotOffered,
              fmt::format("chose the subprotocol \"{}\", which was not offered",
                          fields.first(kProtocol)));
  }
  check_extension_syntax(fields, notes);
  for (const Extension& extension : extensions_of(fields)) {
    if (contains(sent.extensions, extension.name)) continue;
    notes.add(Error::kExtensionNotOffered,
              fmt::format("accepted the extension \"{}\", which was not offered", extension.name));
  }
}

void check_request_fields(const RequestHead& head, Time now, Findings& findings) {
  const Notes notes{"the client", now, findings};
  const Fields& fields = head.fields;
  if (head.method != "GET") {
    notes.add(Error::kMethodNotGet, fmt::format("used the method {} in place of GET", head.method));
  }
  if (head.version_major < 1 || (head.version_major == 1 && head.version_minor < 1)) {
    notes.add(Error::kHttpVersionTooLow,
              fmt::format("asked with HTTP/{}.{}", head.version_major, head.version_minor));
  }
  if (fields.count("Host") != 1) {
    notes.add(Error::kHostMissing, "sent " + number_of(fields.count("Host"), "Host field"));
  }
  check_upgrade(fields, notes);
  if (fields.count(kKey) != 1) {
    notes.add(fields.has(kKey) ? Error::kKeyRepeated : Error::kKeyMissing,
              "sent " + number_of(fields.count(kKey), "Sec-WebSocket-Key field"));
  } else if (!is_well_formed_key(fields.first(kKey))) {
    notes.add(Error::kKeyMalformed,
              fmt::format("sent Sec-WebSocket-Key \"{}\", which is not base64 of 16 octets",
                          fields.first(kKey)));
  }
  if (fields.count(kVersion) != 1 || fields.first(kVersion) != "13") {
    notes.add(fields.has(kVersion) ? Error::kVersionUnsupported : Error::kVersionMissing,
              "did not send exactly one Sec-WebSocket-Version: 13");
  }
  for (const Field& field : fields.lines) {
    if (!equals_ignoring_case(field.name, kProtocol)) continue;
    for (const std::string_view element : split_list(field.value)) {
      if (is_token(element)) continue;
      notes.add(Error::kSubprotocolMalformed,
                fmt::format("offered the subprotocol \"{}\", which is not a token", element));
    }
  }
  check_extension_syntax(fields, notes);
}

void check_case_fields(const std::vector<Opening::FieldCheck>& checks, const Fields& fields,
                       std::string_view start_line, const HeadValues& values, Time now,
                       Findings& findings) {
  for (const Opening::FieldCheck& check : checks) {
    const bool on_start_line = check.name == ":start-line";
    const std::string_view value = on_start_line ? start_line : fields.first(check.name);
    const std::size_t count = on_start_line ? 1 : fields.count(check.name);
    const std::string wanted = expand(check.value, values);
    if (holds(check, fields, value, count, wanted)) continue;
    const std::string name = on_start_line ? "the start line" : check.name;
    findings.add(
        "head-check",
        fmt::format("the case wants {} {}; {}", name, wanted_words(check, wanted),
                    count == 0   ? "it is not there"
                    : count == 1 ? fmt::format("it is \"{}\"", value)
                                 : fmt::format("there are {}, the first \"{}\"", count, value)),
        "RFC 6455 4", now);
  }
}

}  // namespace wsproof::conformance
