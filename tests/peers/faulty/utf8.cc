// SPDX-License-Identifier: Apache-2.0
#include "tests/peers/faulty/utf8.h"

namespace wsproof::faulty {
namespace {

constexpr char32_t kLastOfAll = 0x10FFFF;

bool is_continuation(unsigned char octet) { return (octet & 0xC0U) == 0x80; }
bool is_surrogate(char32_t value) { return value >= 0xD800 && value <= 0xDFFF; }

/// The smallest number that needs so many octets.
char32_t first_of_length(std::size_t length) {
  switch (length) {
    case 2:
      return 0x80;
    case 3:
      return 0x800;
    case 4:
      return 0x10000;
    default:
      return 0;
  }
}

}  // namespace

std::size_t character_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xC0) return 0;
  if (first < 0xE0) return 2;
  if (first < 0xF0) return 3;
  if (first < 0xF8) return 4;
  if (first < 0xFC) return 5;
  return first < 0xFE ? 6 : 0;
}

bool TextCheck::push(std::string_view octets) {
  if (faults_.on(Fault::kUtf8Unchecked) || faults_.on(Fault::kUtf8Replaced)) return true;
  for (const char octet : octets) {
    if (bad_) return false;
    const auto value = static_cast<unsigned char>(octet);
    if (character_.empty() && value < 0x80) {
      bad_ = rejects(value);
      continue;
    }
    character_ += octet;
    State state = judge();
    if (state == State::kBrokenOff) {
      character_.assign(1, octet);
      state = judge();
    }
    if (state == State::kMore) continue;
    bad_ = state == State::kBad;
    character_.clear();
  }
  return !bad_;
}

bool TextCheck::complete() const {
  return character_.empty() || faults_.on(Fault::kAcceptsCutEnd) ||
         faults_.on(Fault::kAcceptsIncomplete);
}

bool TextCheck::passes_over_broken() const {
  return faults_.on(Fault::kAcceptsBrokenOff) || faults_.on(Fault::kAcceptsIncomplete);
}

void TextCheck::reset() {
  character_.clear();
  bad_ = false;
  last_ = 0;
}

TextCheck::State TextCheck::judge() {
  const auto first = static_cast<unsigned char>(character_[0]);
  const std::size_t length = character_length(first);
  if (length == 0) {
    const bool good =
        first >= 0xFE ? faults_.on(Fault::kAcceptsFeAndFf) : faults_.on(Fault::kAcceptsStrayOctets);
    return good ? State::kGood : State::kBad;
  }
  if (length > 4 && !faults_.on(Fault::kAcceptsFiveAndSix) && !passes_over_broken()) {
    return State::kBad;
  }
  char32_t value = length == 1 ? first : first & (0x7FU >> length);
  for (std::size_t i = 1; i < character_.size(); ++i) {
    const auto octet = static_cast<unsigned char>(character_[i]);
    if (!is_continuation(octet)) {
      return passes_over_broken() ? State::kBrokenOff : State::kBad;
    }
    value = value << 6U | (octet & 0x3FU);
  }
  const std::size_t missing = length - character_.size();
  const bool whole = missing == 0;
  const bool waits = faults_.on(Fault::kUtf8WholeCharacters) || passes_over_broken() ||
                     faults_.on(Fault::kAcceptsSurrogatePairs);
  // What the octets that are missing could still make of it.
  const char32_t low = value << (6 * missing);
  const char32_t high = low | ((char32_t{1} << (6 * missing)) - 1);
  if ((whole || !waits) && !value_is_good(low, high, length, whole)) return State::kBad;
  if (!whole) return State::kMore;
  last_ = value;
  return rejects(value) ? State::kBad : State::kGood;
}

/// RFC 3629: no more octets than needed, no surrogates, nothing above U+10FFFF.
bool TextCheck::value_is_good(char32_t low, char32_t high, std::size_t length, bool whole) {
  if (length > 4) return faults_.on(Fault::kAcceptsFiveAndSix);
  if (high < first_of_length(length)) {
    return (length == 2 && faults_.on(Fault::kAcceptsOverlong2)) ||
           (length == 3 && faults_.on(Fault::kAcceptsOverlong3)) ||
           (length == 4 && faults_.on(Fault::kAcceptsOverlong4));
  }
  if (low > kLastOfAll) return faults_.on(Fault::kAcceptsAboveUnicode);
  if (!is_surrogate(low) || !is_surrogate(high)) return true;
  if (faults_.on(Fault::kAcceptsSurrogates)) return true;
  if (!whole || !faults_.on(Fault::kAcceptsSurrogatePairs)) return false;
  // A pair is known by its second half; a first half alone is found out by what follows, if at all.
  return low < 0xDC00 || (last_ >= 0xD800 && last_ < 0xDC00);
}

/// What nobody has a reason to refuse.
bool TextCheck::rejects(char32_t value) const {
  switch (value) {
    case 0:
      return faults_.on(Fault::kRejectsNul);
    case 0x7F:
      return faults_.on(Fault::kRejectsDelete);
    case 0x80:
    case 0x800:
    case 0x10000:
      return faults_.on(Fault::kRejectsFirstOfLength) ||
             (value == 0x80 && faults_.on(Fault::kRejectsU80ToBf)) ||
             (value > 0xFFFF && faults_.on(Fault::kRejectsBeyondBmp));
    case 0x7FF:
      return faults_.on(Fault::kRejectsLastOfLength);
    case 0xD7FF:
    case 0xE000:
      return faults_.on(Fault::kRejectsNextToSurrogates);
    case 0xFFFD:
      return faults_.on(Fault::kRejectsReplacementCharacter);
    default:
      break;
  }
  if (value >= 0x80 && value <= 0xBF && faults_.on(Fault::kRejectsU80ToBf)) return true;
  if (value == kLastOfAll && faults_.on(Fault::kRejectsLastOfLength)) return true;
  if (value > 0xFFFF && faults_.on(Fault::kRejectsBeyondBmp)) return true;
  if ((value & 0xFFFEU) != 0xFFFE) return false;
  return faults_.on(Fault::kRejectsNoncharacters) ||
         (value <= 0xFFFF && faults_.on(Fault::kRejectsNoncharactersOfBmp));
}

std::string with_replacements(std::string_view text) {
  const Faults none;
  std::string out;
  while (!text.empty()) {
    const std::size_t length = character_length(static_cast<unsigned char>(text[0]));
    const std::string_view character = text.substr(0, length == 0 ? 1 : length);
    TextCheck check(none);
    if (check.push(character) && check.complete()) {
      out += character;
      text.remove_prefix(character.size());
    } else {
      out += "\xEF\xBF\xBD";
      text.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace wsproof::faulty
