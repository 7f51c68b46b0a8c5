// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "server/protocol/bytes.h"
#include "server/protocol/error.h"
#include "server/protocol/limits.h"

namespace wsproof {

/// Finds the end of an HTTP/1.1 head in pieces cut anywhere, looks at each octet once, and stops at
/// the first one that cannot belong to a head or that passes a limit. It keeps nothing but its
/// state: the caller keeps the octets and cuts them up once the head is complete.
///
/// Strict (RFC 9112 2.2, 5.1, 5.2): CRLF only, no folded lines, no blank before the colon, token
/// characters in names and methods, visible ASCII in targets, no control octets in values.
class HeadScanner {
 public:
  enum class Kind : std::uint8_t { kRequest, kResponse };
  enum class Status : std::uint8_t { kNeedMore, kDone, kError };

  /// `limits` outlives the scanner.
  HeadScanner(Kind kind, const Limits& limits);

  /// Takes the next octets. After kDone and kError the answer stays as it is and nothing is taken.
  Status scan(Bytes bytes);

  [[nodiscard]] Status status() const { return status_; }
  /// Octets taken so far: after kDone the size of the head with its empty line, after kError up to
  /// and with the octet that is wrong or one too many.
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t field_count() const { return field_count_; }
  /// Of use after kError only.
  [[nodiscard]] Error error() const { return error_; }

 private:
  // Where the next octet belongs. The order within a line is the order of the wire.
  enum class State : std::uint8_t {
    kBegin,       ///< before the first line: one empty line may stand here in a request
    kBeginLf,     ///< behind the CR of that empty line
    kMethod,      ///< in the method; its first octet has been seen
    kTarget,      ///< in the request-target
    kVersion,     ///< in HTTP-version; progress_ counts its octets
    kStatusCode,  ///< in the blank and the three digits; progress_ counts them
    kReason,      ///< behind the status code: a blank and the reason, or the end of the line
    kReasonText,  ///< in the reason phrase
    kLineCr,      ///< the first line has to end here
    kLineLf,
    kFieldBegin,  ///< at the start of a field line or of the empty line
    kName,
    kValue,
    kValueLf,
    kEndLf,
  };

  [[nodiscard]] std::size_t ordinary_run(std::string_view text) const;
  [[nodiscard]] std::size_t line_size() const { return size_ - line_start_; }
  bool within_limits(char c);

  void step(char c);
  void begin(char c);
  void target(char c);
  void version(char c);
  void status_code(char c);

  void move_to(State next);
  void expect(bool good, State next);
  void fail(Error error);

  const Limits* limits_;
  Kind kind_;
  State state_ = State::kBegin;
  Status status_ = Status::kNeedMore;
  Error error_{};
  bool empty_line_seen_ = false;
  std::size_t progress_ = 0;
  std::size_t size_ = 0;
  std::size_t line_start_ = 0;
  std::size_t field_count_ = 0;
};

}  // namespace wsproof
