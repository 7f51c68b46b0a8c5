// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "tests/peers/faulty/faults.h"

namespace wsproof::faulty {

/// UTF-8 the slow way: gathers the octets of one character, and after each of them asks what could
/// still become of it.
class TextCheck {
 public:
  explicit TextCheck(const Faults& faults) : faults_(faults) {}

  /// Goes on with the text. False from the first octet on that no text can have there.
  [[nodiscard]] bool push(std::string_view octets);
  /// Whether the text may end here.
  [[nodiscard]] bool complete() const;
  void reset();

 private:
  enum class State { kGood, kMore, kBad, kBrokenOff };
  [[nodiscard]] State judge();
  [[nodiscard]] bool value_is_good(char32_t low, char32_t high, std::size_t length, bool whole);
  [[nodiscard]] bool passes_over_broken() const;
  [[nodiscard]] bool rejects(char32_t value) const;

  const Faults& faults_;
  std::string character_;
  bool bad_ = false;
  char32_t last_ = 0;  ///< the character before this one
};

/// The text with U+FFFD in the place of every octet that does not belong to a character.
[[nodiscard]] std::string with_replacements(std::string_view text);

/// How many octets a character has that begins with this one; 0: none begins with it.
[[nodiscard]] std::size_t character_length(unsigned char first);

}  // namespace wsproof::faulty
