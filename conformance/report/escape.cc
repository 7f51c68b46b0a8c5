// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/escape.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace wsproof::conformance {
namespace {

/// The code point at the start of `text` and how many octets it takes; zero where the octets are
/// not UTF-8 (RFC 3629).
struct CodePoint {
  char32_t value = 0;
  std::size_t octets = 0;
};

CodePoint first_code_point(std::string_view text) {
  const auto octet = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  const std::uint8_t lead = octet(0);
  if (lead < 0x80) {
    return {lead, 1};
  }
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) {
    return {};
  }
  char32_t value = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((octet(i) & 0xC0) != 0x80) {
      return {};
    }
    value = value << 6 | (octet(i) & 0x3FU);
  }
  const bool overlong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10FFFF) {
    return {};
  }
  return {value, size};
}

/// Code points that a reader would not see, or that change how what follows is shown.
bool is_hidden(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || (c >= 0x0300 && c <= 0x036F) ||
         c == 0x061C || c == 0x180E || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
         (c >= 0xD800 && c <= 0xF8FF) || (c >= 0xFDD0 && c <= 0xFDEF) ||
         (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF || (c >= 0xFFF0 && c <= 0xFFFB) ||
         (c & 0xFFFE) == 0xFFFE || c >= 0xE0000;
}

std::string escaped(char32_t c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return c < 0x80 ? fmt::format("\\x{:02x}", static_cast<unsigned>(c))
                      : fmt::format("\\u{{{:04x}}}", static_cast<unsigned>(c));
  }
}

/// Calls `out` with each code point's text as it may be shown, and whether it had to be escaped.
template <typename Out>
void for_each_shown(std::string_view text, bool double_backslashes, Out out) {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.octets == 0) {
      out(fmt::format("\\x{:02x}", static_cast<std::uint8_t>(text[0])), true);
      text.remove_prefix(1);
      continue;
    }
    if (is_hidden(point.value)) {
      out(escaped(point.value), true);
    } else if (point.value == '\\' && double_backslashes) {
      out(std::string("\\\\"), false);
    } else {
      out(std::string(text.substr(0, point.octets)), false);
    }
    text.remove_prefix(point.octets);
  }
}

std::string shown(std::string_view text, bool double_backslashes) {
  std::string out;
  for_each_shown(text, double_backslashes, [&](const std::string& piece, bool) { out += piece; });
  return out;
}

constexpr std::string_view kCutEnd = " ...";

std::string hex_preview(std::string_view octets, std::size_t total, std::size_t width) {
  const std::size_t whole = total * 3 - 1;
  if (octets.size() == total && whole <= width) {
    return spaced_hex(octets);
  }
  const std::size_t fit = width > kCutEnd.size() ? (width - kCutEnd.size() + 1) / 3 : 1;
  return spaced_hex(octets.substr(0, fit)) + std::string(kCutEnd);
}

}  // namespace

std::string printable(std::string_view text) { return shown(text, true); }

std::string printable_sentence(std::string_view text) { return shown(text, false); }

std::string preview(std::string_view octets, std::size_t total, std::size_t width) {
  if (total == 0) {
    return "\"\"";
  }
  std::string text;
  std::size_t used = 2;  // the quotes
  std::size_t pieces = 0;
  std::size_t escapes = 0;
  bool fits = octets.size() == total;
  std::string fitting;  // the longest beginning that leaves room for the cut end
  for_each_shown(octets, true, [&](const std::string& piece, bool was_escaped) {
    ++pieces;
    escapes += was_escaped ? 1 : 0;
    used += columns(piece);
    text += piece == "\"" ? "\\\"" : piece;
    if (used + kCutEnd.size() <= width) {
      fitting = text;
    }
    fits = fits && used <= width;
  });
  // Text with an escape here and there stays readable as text; noise reads better in hex.
  if (escapes * 4 > pieces) {
    return hex_preview(octets, total, width);
  }
  return fits ? '"' + text + '"' : '"' + fitting + '"' + std::string(kCutEnd);
}

std::string hex(std::string_view octets) {
  std::string out;
  out.reserve(octets.size() * 2);
  for (const char c : octets) {
    fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<std::uint8_t>(c));
  }
  return out;
}

std::string spaced_hex(std::string_view octets) {
  std::string out;
  for (const char c : octets) {
    fmt::format_to(std::back_inserter(out), "{}{:02x}", out.empty() ? "" : " ",
                   static_cast<std::uint8_t>(c));
  }
  return out;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.octets == 0) {
      return false;
    }
    text.remove_prefix(point.octets);
  }
  return true;
}

std::string utf8_or_replaced(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.octets == 0) {
      out += "\xEF\xBF\xBD";
      text.remove_prefix(1);
    } else {
      out += text.substr(0, point.octets);
      text.remove_prefix(point.octets);
    }
  }
  return out;
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<std::uint8_t>(c) & 0xC0) != 0x80;
  }));
}

std::string escaped_markup(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string cut(std::string_view text, std::size_t width) {
  if (columns(text) <= width) {
    return std::string(text);
  }
  const std::size_t keep = width > 3 ? width - 3 : 0;
  std::size_t seen = 0;
  std::size_t end = 0;
  while (end < text.size()) {
    const bool begins = (static_cast<std::uint8_t>(text[end]) & 0xC0) != 0x80;
    if (begins && seen++ == keep) {
      break;
    }
    ++end;
  }
  return std::string(text.substr(0, end)) + "...";
}

}  // namespace wsproof::conformance
