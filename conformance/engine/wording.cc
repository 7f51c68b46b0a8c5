// SPDX-License-Identifier: Apache-2.0
#include "conformance/engine/wording.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "server/protocol/utf8.h"

namespace wsproof::conformance {
namespace {

// A sentence stays on a line or two: so much of a payload, so many events.
constexpr std::size_t kQuotedText = 48;
constexpr std::size_t kQuotedHex = 16;
constexpr std::size_t kToldEvents = 4;

bool reads_as_text(std::string_view octets) {
  if (find_invalid_utf8(as_bytes(octets)).has_value()) return false;
  return std::none_of(octets.begin(), octets.end(),
                      [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
}

/// Cut before a code point that would not fit, never inside.
std::string_view cut_text(std::string_view text, std::size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return text.substr(0, size);
}

std::string describe_payload(std::string_view noun, const Payload& payload) {
  if (payload.size == 0) {
    return fmt::format("an empty {}", noun);
  }
  Payload start = payload;
  start.size = std::min<std::uint64_t>(payload.size, 2 * kQuotedText);
  return fmt::format("{} {}", with_article(noun), quote(start.octets(), payload.size));
}

}  // namespace

std::string the_peer(Role peer) { return peer == Role::kServer ? "the server" : "the client"; }

std::string describe(const Event& event) {
  switch (event.kind) {
    case Event::Kind::kMessage:
      return describe_payload(event.binary ? "binary message" : "text message", event.payload);
    case Event::Kind::kPing:
      return describe_payload("ping", event.payload);
    case Event::Kind::kPong:
      return describe_payload("pong", event.payload);
    case Event::Kind::kExchange:
      return fmt::format("the {} of {} {}, one at a time", event.count == 1 ? "echo" : "echoes",
                         event.count, event.count == 1 ? "message" : "messages");
    case Event::Kind::kTimeout:
      break;
  }
  return fmt::format("the connection still open after wait {}", event.tag);
}

std::string describe(const std::vector<Event>& events) {
  if (events.empty()) return "nothing";
  std::string text;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (i == kToldEvents && events.size() > kToldEvents + 1) {
      text += fmt::format(", and {} more", events.size() - i);
      break;
    }
    if (i != 0) text += ", then ";
    text += describe(events[i]);
  }
  return text;
}

std::string quote(std::string_view octets, std::uint64_t size) {
  // Where the octets are only a beginning, a code point may be cut: leave its start out.
  std::string_view text = cut_text(octets, kQuotedText);
  if (octets.size() < size && octets.size() <= kQuotedText) {
    text = octets.substr(0, octets.size() - std::min<std::size_t>(octets.size(), 3));
  }
  if (reads_as_text(text) && !text.empty()) {
    if (text.size() == size) return fmt::format("\"{}\"", text);
    return fmt::format("of {} octets, \"{}...\"", size, text);
  }
  std::string digits;
  for (const char c : octets.substr(0, kQuotedHex)) {
    if (!digits.empty()) digits += ' ';
    digits += fmt::format("{:02x}", static_cast<unsigned char>(c));
  }
  const bool whole = size <= kQuotedHex;
  return fmt::format("of {} {} ({}{})", size, size == 1 ? "octet" : "octets", digits,
                     whole ? "" : " ...");
}

std::string quote(std::string_view octets) { return quote(octets, octets.size()); }

std::string describe_octets(std::string_view octets, std::uint64_t size) {
  if (size == 0) return "nothing";
  constexpr std::string_view kOf = "of ";
  std::string text = quote(octets, size);
  return text.compare(0, kOf.size(), kOf) == 0 ? text.substr(kOf.size()) : text;
}

std::string describe_octets(std::string_view octets) {
  return describe_octets(octets, octets.size());
}

std::string with_article(std::string_view noun) {
  const bool vowel = noun.substr(0, 1).find_first_of("aeiou") != std::string_view::npos;
  return fmt::format("{} {}", vowel ? "an" : "a", noun);
}

std::string number_of(std::uint64_t number, std::string_view noun) {
  if (number == 0) return fmt::format("no {}", noun);
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string describe_codes(const std::vector<std::uint16_t>& codes) {
  std::vector<std::uint16_t> distinct;
  for (const std::uint16_t code : codes) {
    if (std::find(distinct.begin(), distinct.end(), code) == distinct.end()) {
      distinct.push_back(code);
    }
  }
  std::string text;
  for (std::size_t i = 0; i < distinct.size(); ++i) {
    if (i != 0) text += i + 1 == distinct.size() ? " or " : ", ";
    text += std::to_string(distinct[i]);
  }
  return text;
}

std::string describe_time(Time time) {
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
  if (milliseconds == 0) return fmt::format("{} us", time.count());
  if (milliseconds % 1000 == 0) return fmt::format("{} s", milliseconds / 1000);
  if (milliseconds < 1000) return fmt::format("{} ms", milliseconds);
  return fmt::format("{:.1f} s", static_cast<double>(milliseconds) / 1000.0);
}

}  // namespace wsproof::conformance
