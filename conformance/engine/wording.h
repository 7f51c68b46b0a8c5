// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/catalogue/case.h"
#include "server/protocol/bytes.h"
#include "server/protocol/frame_rules.h"

/// How events and closings are called in sentences for people. All in the middle of a sentence:
/// without capital and full stop.
namespace wsproof::conformance {

/// "the server", "the client".
[[nodiscard]] std::string the_peer(Role peer);

/// `a text message "Hello"`, `an empty pong`, `a binary message of 8 octets (00 ff fe)`.
[[nodiscard]] std::string describe(const Event& event);

/// The events joined by "then", those past the fourth only counted; "nothing" where there is none.
[[nodiscard]] std::string describe(const std::vector<Event>& events);

/// The beginning of octets, in quotes where it reads as text, else in hexadecimal; `size` is how
/// many there are in all. Follows a noun: `"Hello"`, `of 133 octets, "Hello..."`, `of 1 octet
/// (00)`.
[[nodiscard]] std::string quote(std::string_view octets, std::uint64_t size);
[[nodiscard]] std::string quote(std::string_view octets);

/// The same with no noun in front of it: `"Hello"`, `133 octets, "Hello..."`, `2 octets (00 ff)`,
/// "nothing".
[[nodiscard]] std::string describe_octets(std::string_view octets, std::uint64_t size);
[[nodiscard]] std::string describe_octets(std::string_view octets);

/// "a text frame", "an opcode 11 frame": the noun with its article.
[[nodiscard]] std::string with_article(std::string_view noun);

/// "no octet", "1 octet", "2 octets".
[[nodiscard]] std::string number_of(std::uint64_t number, std::string_view noun);

/// "1002", "1002 or 1007", "1000, 1001 or 1002".
[[nodiscard]] std::string describe_codes(const std::vector<std::uint16_t>& codes);

/// "1 s", "150 ms".
[[nodiscard]] std::string describe_time(Time time);

}  // namespace wsproof::conformance
