// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "server/protocol/bytes.h"
#include "server/protocol/utf8_words.h"

namespace wsproof {

/// Validates UTF-8 (RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF) that
/// arrives in pieces cut anywhere. Says where the first octet stands that cannot be right, as soon
/// as it is there (RFC 6455 8.1).
class Utf8Validator {
 public:
  /// Takes the next piece. Returns the place within `piece` of the first octet that no continuation
  /// could make valid, or nothing. After a failure only reset() is meaningful.
  [[nodiscard]] std::optional<std::size_t> push(Bytes piece);

  /// Whether the octets so far end on a boundary of code points.
  [[nodiscard]] bool complete() const { return state_ == 0; }

  void reset() { state_ = 0; }

 private:
  std::uint8_t state_ = 0;
};

namespace detail {
[[nodiscard]] std::optional<std::size_t> find_invalid_utf8_by_kernel(Bytes text);
}  // namespace detail

/// The place of the first bad octet of a whole text; its size where the text ends inside a code
/// point; nothing where the text is valid.
[[nodiscard]] inline std::optional<std::size_t> find_invalid_utf8(Bytes text) {
  // Sooner done than anything is called.
  if (words::is_short_ascii(text.data(), text.size())) return std::nullopt;
  return detail::find_invalid_utf8_by_kernel(text);
}

}  // namespace wsproof
