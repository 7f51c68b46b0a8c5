// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conformance/catalogue/case.h"
#include "conformance/catalogue/json_value.h"

namespace wsproof::conformance {

/// The object of "opening", and of the step "send_handshake".
[[nodiscard]] Opening read_opening(const JsonValue& value);

/// {"ask": ACTION, "arguments": {...}}, as a step and within "opening".
[[nodiscard]] Ask read_ask(const JsonValue& value);

/// An object of texts: arguments, environment.
[[nodiscard]] std::map<std::string, std::string> read_texts(const JsonValue& value);

/// "OK", "NON-STRICT" or "INFORMATIONAL", as Autobahn writes them.
[[nodiscard]] Behavior read_behavior(const JsonValue& value);

/// The "why" of something tolerated: compulsory for NON-STRICT.
[[nodiscard]] std::string read_why(const JsonValue& object, Behavior behavior);

}  // namespace wsproof::conformance
