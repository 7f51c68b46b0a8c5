// SPDX-License-Identifier: Apache-2.0
#include "conformance/report/layout.h"

#include <fmt/format.h>

#include <utility>

#include "conformance/report/escape.h"

namespace wsproof::conformance {
namespace {

void wrap_line(std::string_view text, std::size_t width, std::vector<std::string>& lines) {
  std::string line;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end == text.size() ? end : end + 1);
    if (!line.empty() && columns(line) + 1 + columns(word) > width) {
      lines.push_back(std::move(line));
      line.clear();
    }
    if (!line.empty()) {
      line += ' ';
    }
    line += word;
  }
  lines.push_back(std::move(line));
}

/// Whether `next` follows `id` in the last of its numbers: 6.4.1, 6.4.2.
bool are_neighbours(const std::string& id, const std::string& next) {
  const std::size_t dot = id.rfind('.');
  if (dot == std::string::npos || dot != next.rfind('.') || id.compare(0, dot, next, 0, dot) != 0) {
    return false;
  }
  const auto number = [&](const std::string& text) {
    int value = 0;
    for (const char c : std::string_view(text).substr(dot + 1)) {
      if (c < '0' || c > '9' || value > 100'000'000) {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return value;
  };
  return number(id) >= 0 && number(id) + 1 == number(next);
}

}  // namespace

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (true) {
    const std::size_t end = text.find('\n');
    wrap_line(text.substr(0, end), width, lines);
    if (end == std::string_view::npos) {
      return lines;
    }
    text.remove_prefix(end + 1);
  }
}

std::string labelled(std::string_view label, std::string_view text, std::size_t indent,
                     std::size_t width) {
  std::string out;
  std::string head = padded(label, indent);
  for (const std::string& line : wrap(text, width > indent ? width - indent : 1)) {
    out += head + line + '\n';
    head.assign(indent, ' ');
  }
  return out;
}

std::string counted(std::uint64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string seconds(std::chrono::microseconds time) {
  const double value = std::chrono::duration<double>(time).count();
  const int decimals = value < 0.95 ? 2 : value < 60 ? 1 : 0;
  return fmt::format("{:.{}f} s", value, decimals);
}

std::string sections(const std::vector<SpecReference>& spec) {
  std::string out;
  int rfc = 0;
  for (const SpecReference& reference : spec) {
    out += out.empty() ? "" : ", ";
    if (std::exchange(rfc, reference.rfc) != reference.rfc) {
      out += fmt::format("RFC {} ", reference.rfc);
    }
    out += reference.section;
  }
  return out;
}

const char* level_name(Level level) {
  switch (level) {
    case Level::kMust:
      return "MUST";
    case Level::kShould:
      return "SHOULD";
    case Level::kMay:
      return "MAY";
  }
  return "";
}

std::string id_ranges(const std::vector<std::string>& ids) {
  std::string out;
  for (std::size_t first = 0; first < ids.size();) {
    std::size_t last = first;
    while (last + 1 < ids.size() && are_neighbours(ids[last], ids[last + 1])) {
      ++last;
    }
    out += out.empty() ? "" : ", ";
    out += ids[first];
    if (last > first) {
      out += (last == first + 1 ? ", " : " to ") + ids[last];
    }
    first = last + 1;
  }
  return out;
}

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  const std::size_t used = columns(text);
  out.append(used < width ? width - used : 0, ' ');
  return out;
}

}  // namespace wsproof::conformance
