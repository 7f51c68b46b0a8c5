// SPDX-License-Identifier: Apache-2.0
#include "conformance/engine/head_builder.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "server/protocol/handshake.h"
#include "server/protocol/http_text.h"

namespace wsproof::conformance {
namespace {

// Any key but the peer's own.
constexpr std::string_view kOtherKey = "dGhlIHNhbXBsZSBub25jZQ==";

/// The octets that base64 stands for; whatever is not of its alphabet ends them.
std::string decode_base64(std::string_view text) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string octets;
  std::size_t gathered = 0;
  int bits = 0;
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) break;
    gathered = (gathered << 6U | value) & 0xFFFFU;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    octets.push_back(static_cast<char>(gathered >> bits & 0xFFU));
  }
  return octets;
}

bool same_name(std::string_view a, std::string_view b) { return equals_ignoring_case(a, b); }

void apply(const Opening::Edit& edit, const HeadValues& values, Head& head) {
  const std::string value = expand(edit.value, values);
  const auto named = [&](const auto& field) { return same_name(field.first, edit.name); };
  const auto first = std::find_if(head.fields.begin(), head.fields.end(), named);
  switch (edit.kind) {
    case Opening::Edit::Kind::kAdd:
      head.fields.emplace_back(edit.name, value);
      return;
    case Opening::Edit::Kind::kSet: {
      if (first == head.fields.end()) {
        head.fields.emplace_back(edit.name, value);
        return;
      }
      *first = {edit.name, value};
      head.fields.erase(std::remove_if(first + 1, head.fields.end(), named), head.fields.end());
      return;
    }
    case Opening::Edit::Kind::kRemove:
      head.fields.erase(std::remove_if(head.fields.begin(), head.fields.end(), named),
                        head.fields.end());
      return;
  }
}

void shuffle(Head& head, RandomSource& random) {
  for (std::size_t left = head.fields.size(); left > 1; --left) {
    std::array<std::uint8_t, 1> draw{};
    random.fill(draw);
    std::swap(head.fields[left - 1], head.fields[draw[0] % left]);
  }
}

std::string in_case(std::string name, Opening::NameCase name_case) {
  const auto upper = [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    switch (name_case) {
      case Opening::NameCase::kUsual:
        break;
      case Opening::NameCase::kLower:
        name[i] = to_lower(name[i]);
        break;
      case Opening::NameCase::kUpper:
        name[i] = upper(name[i]);
        break;
      case Opening::NameCase::kMixed:
        name[i] = i % 2 == 0 ? to_lower(name[i]) : upper(name[i]);
        break;
    }
  }
  return name;
}

}  // namespace

std::string expand(std::string_view text, const HeadValues& values) {
  std::string out;
  while (!text.empty()) {
    const std::size_t start = text.find("${");
    const std::size_t end =
        start == std::string_view::npos ? std::string_view::npos : text.find('}', start);
    if (end == std::string_view::npos) break;
    const auto value = values.find(std::string(text.substr(start + 2, end - start - 2)));
    out += text.substr(0, start);
    if (value == values.end()) {
      out += text.substr(start, end - start + 1);
    } else {
      out += value->second;
    }
    text.remove_prefix(end + 1);
  }
  out += text;
  return out;
}

void add_accept_values(std::string_view key, HeadValues& values) {
  const std::string accept = accept_key(key);
  values["key"] = key;
  values["accept"] = accept;
  std::string lower = accept;
  std::transform(lower.begin(), lower.end(), lower.begin(), to_lower);
  values["accept-lower"] = lower;
  values["accept-cut"] = accept.substr(0, accept.size() - 1);
  values["accept-other"] = accept_key(kOtherKey);
  values["accept-decoded"] = accept_key(decode_base64(key));
}

std::string write_head(Head head, const Opening& opening, const HeadValues& values,
                       RandomSource& random) {
  std::string octets = expand(opening.before_head, values);
  if (opening.raw) {
    octets += expand(opening.raw->octets(), values);
    return octets + opening.after_head;
  }
  if (opening.start_line) head.start_line = expand(*opening.start_line, values);
  for (const Opening::Edit& edit : opening.edits) apply(edit, values, head);
  if (opening.shuffle) shuffle(head, random);
  octets += head.start_line + "\r\n";
  for (const auto& [name, value] : head.fields) {
    octets += in_case(name, opening.name_case) + ": " + value + "\r\n";
  }
  return octets + "\r\n" + opening.after_head;
}

std::string find_field(std::string_view octets, std::string_view name) {
  while (!octets.empty()) {
    const std::size_t end = octets.find('\n');
    std::string_view line = octets.substr(0, end);
    octets.remove_prefix(end == std::string_view::npos ? octets.size() : end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !same_name(line.substr(0, colon), name)) continue;
    return std::string(trim_blanks(line.substr(colon + 1)));
  }
  return {};
}

}  // namespace wsproof::conformance
