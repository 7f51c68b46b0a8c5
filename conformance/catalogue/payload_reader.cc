// SPDX-License-Identifier: Apache-2.0
#include "conformance/catalogue/payload_reader.h"

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "conformance/catalogue/json_reader.h"

namespace wsproof::conformance {
namespace {

/// A frame of 4 GiB is more than any case needs; the limit keeps sums from overflowing.
constexpr std::uint64_t kMaxSize = std::uint64_t{1} << 32;
/// Octets that are held in memory as they are: twice the longest head of the cases foreseen (1
/// MiB).
constexpr std::uint64_t kMaxHeld = std::uint64_t{2} << 20;
constexpr std::uint64_t kMaxHours = 1;

std::string held(const JsonValue& where, const Payload& payload) {
  if (payload.size > kMaxHeld) {
    fail(where, fmt::format("{} octets; at most {} can stand here", payload.size, kMaxHeld));
  }
  return payload.octets();
}

Payload as_is(std::string octets) {
  const std::uint64_t size = octets.size();
  return {std::move(octets), size};
}

Payload read_repeated(const JsonValue& value) {
  expect_object(value, {"repeat", "size", "count"});
  const JsonValue& unit = need(value, "repeat");
  Payload payload{held(unit, read_payload(unit)), 0};
  if (payload.unit.empty()) fail(unit, "nothing to repeat");
  const auto [name, number] = need_one_of(value, {"size", "count"});
  if (name == "size") {
    payload.size = read_integer(*number, 0, kMaxSize);
  } else {
    payload.size = payload.unit.size() * read_integer(*number, 0, kMaxSize / payload.unit.size());
  }
  return payload;
}

Payload read_joined(const JsonValue& value) {
  expect_object(value, {"join"});
  std::string octets;
  for (const JsonValue& part : read_array(need(value, "join"))) {
    octets += held(part, read_payload(part));
    if (octets.size() > kMaxHeld) {
      fail(part, fmt::format("more than {} octets joined", kMaxHeld));
    }
  }
  return as_is(std::move(octets));
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

Payload read_payload(const JsonValue& value) {
  if (value.kind == JsonValue::Kind::kString) return as_is(value.string);
  if (value.kind != JsonValue::Kind::kObject) {
    fail(value,
         fmt::format("expected a payload, a text or an object, not {}", kind_name(value.kind)));
  }
  if (value.find("repeat") != nullptr) return read_repeated(value);
  if (value.find("join") != nullptr) return read_joined(value);
  expect_object(value, {"text", "hex", "repeat", "join"});
  const auto [name, octets] = need_one_of(value, {"text", "hex", "repeat", "join"});
  return as_is(name == "hex" ? read_hex(*octets) : read_string(*octets));
}

Payload read_own_payload(const JsonValue& object) {
  const auto [name, value] = at_most_one_of(object, {"text", "hex", "payload"});
  if (value == nullptr) return {};
  if (name == "text") return as_is(read_string(*value));
  if (name == "hex") return as_is(read_hex(*value));
  return read_payload(*value);
}

std::string read_octets(const JsonValue& value) { return held(value, read_payload(value)); }

std::string read_hex(const JsonValue& value) {
  std::string octets;
  int high = -1;
  for (const char c : read_string(value)) {
    if (c == ' ' && high < 0) continue;
    const int digit = hex_digit(c);
    if (digit < 0) {
      fail(value, fmt::format("'{}' is not octets in hex, two digits of 0-9 and a-f each",
                              shown(value.string)));
    }
    if (high < 0) {
      high = digit;
    } else {
      octets += static_cast<char>(static_cast<unsigned char>(high * 16 + digit));
      high = -1;
    }
  }
  if (high >= 0) fail(value, "an odd number of hex digits");
  return octets;
}

Duration read_duration(const JsonValue& value) {
  const std::string& text = read_string(value);
  const auto wrong = [&]() {
    fail(value, fmt::format("expected a time like '500 ms' or '2 s', at most {} h, not '{}'",
                            kMaxHours, shown(text)));
  };
  std::size_t i = 0;
  std::uint64_t number = 0;
  // Seven digits hold an hour in milliseconds.
  for (; i < text.size() && i < 7 && text[i] >= '0' && text[i] <= '9'; ++i) {
    number = number * 10 + static_cast<std::uint64_t>(text[i] - '0');
  }
  const std::string_view unit = std::string_view(text).substr(i);
  if (i == 0 || (unit != " ms" && unit != " s")) wrong();
  if (unit == " s") number *= 1000;
  if (number > kMaxHours * 3600 * 1000) wrong();
  return Duration(static_cast<Duration::rep>(number));
}

Chop read_chop(const JsonValue& value) {
  Chop chop;
  if (value.kind == JsonValue::Kind::kString) {
    chop.mode =
        read_word(value, {"together", "frame"}) == 0 ? Chop::Mode::kTogether : Chop::Mode::kFrame;
    return chop;
  }
  chop.mode = Chop::Mode::kOctets;
  if (value.kind != JsonValue::Kind::kObject) {
    chop.octets = read_integer(value, 1, kMaxSize);
    return chop;
  }
  expect_object(value, {"octets", "last", "pause"});
  const auto [name, octets] = need_one_of(value, {"octets", "last"});
  if (name == "last") chop.mode = Chop::Mode::kTail;
  chop.octets = read_integer(*octets, 1, kMaxSize);
  if (const JsonValue* pause = value.find("pause")) chop.pause = read_duration(*pause);
  return chop;
}

}  // namespace wsproof::conformance
