// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conformance/catalogue/case.h"
#include "conformance/catalogue/json_value.h"

namespace wsproof::conformance {

/// "text", {"text": ...}, {"hex": "ce ba"}, {"repeat": PAYLOAD, "size": octets} or "count", or
/// {"join": [PAYLOAD...]}.
[[nodiscard]] Payload read_payload(const JsonValue& value);

/// The payload of an object that has at most one of the members text, hex and payload.
[[nodiscard]] Payload read_own_payload(const JsonValue& object);

/// Octets of a payload that must be held in memory anyway, such as a field's value.
[[nodiscard]] std::string read_octets(const JsonValue& value);

/// Octets that "hex" spells; blanks between octets are fine.
[[nodiscard]] std::string read_hex(const JsonValue& value);

/// "500 ms" or "2 s".
[[nodiscard]] Duration read_duration(const JsonValue& value);

/// "together", "frame", a number of octets, {"octets": N, "pause": DURATION} or {"last": N, ...}.
[[nodiscard]] Chop read_chop(const JsonValue& value);

}  // namespace wsproof::conformance
