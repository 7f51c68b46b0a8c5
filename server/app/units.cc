// SPDX-License-Identifier: Apache-2.0
#include "server/app/units.h"

#include <charconv>
#include <limits>

namespace wsproof {
namespace {

constexpr std::uint64_t kAny = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kYearInMilliseconds = 365ULL * 24 * 3600 * 1000;

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

}  // namespace

std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t least,
                                          std::uint64_t most) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end || number < least || number > most) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t unit = 1;
  if (take_suffix(text, "k") || take_suffix(text, "K")) {
    unit = 1024;
  } else if (take_suffix(text, "m") || take_suffix(text, "M")) {
    unit = 1024ULL * 1024;
  }
  const auto number = parse_number(text, 0, kAny / unit);
  if (!number) return std::nullopt;
  return *number * unit;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::uint64_t unit = 1000;
  if (take_suffix(text, "ms")) {
    unit = 1;
  } else {
    take_suffix(text, "s");
  }
  std::uint64_t fraction = 0;
  if (const std::size_t point = text.find('.'); point != std::string_view::npos && unit == 1000) {
    // Decimals of a second, down to the millisecond.
    const std::string_view digits = text.substr(point + 1);
    const auto number = parse_number(digits, 0, 999);
    if (!number || digits.size() > 3) return std::nullopt;
    fraction = *number;
    for (std::size_t i = digits.size(); i < 3; ++i) fraction *= 10;
    text = text.substr(0, point);
  }
  const auto number = parse_number(text, 0, kYearInMilliseconds / unit);
  if (!number) return std::nullopt;
  return std::chrono::milliseconds(*number * unit + fraction);
}

}  // namespace wsproof
