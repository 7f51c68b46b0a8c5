// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "server/protocol/bytes.h"
#include "server/protocol/error.h"
#include "server/protocol/http_text.h"
#include "server/protocol/limits.h"

namespace wsproof {

class HeadScanner;

struct Field {
  std::string_view name;
  std::string_view value;  ///< without surrounding blanks
};

/// The field lines of a head in the order of the wire. Names compare without regard to ASCII case.
class Fields {
 public:
  std::vector<Field> lines;

  [[nodiscard]] std::size_t count(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return first(name).data() != nullptr; }
  /// The first value, or an empty view with null data where there is none.
  [[nodiscard]] std::string_view first(std::string_view name) const;
  /// Whether any element of the comma-separated lists under this name equals `token`, without
  /// regard to ASCII case (RFC 9110 5.6.1; RFC 6455 4.2.1).
  [[nodiscard]] bool has_token(std::string_view name, std::string_view token) const;
};

/// All views point into the octets that were parsed.
struct RequestHead {
  std::string_view method;
  std::string_view target;
  int version_major = 1;
  int version_minor = 1;
  Fields fields;
};

struct ResponseHead {
  int version_major = 1;
  int version_minor = 1;
  int status = 0;
  std::string_view reason;
  Fields fields;
};

/// consumed / need more / error. What is strict about it is told at HeadScanner.
struct HeadResult {
  enum class Status : std::uint8_t { kNeedMore, kDone, kError };
  Status status = Status::kNeedMore;
  std::size_t consumed = 0;  ///< for kDone: octets of the head, with its empty line
  Error error{};             ///< for kError
};

/// Parses the head at the start of `input`; an error is reported as soon as the octets show it, a
/// limit as soon as it is passed. `head` is meaningful only after kDone and points into `input`.
/// Each call begins anew: where octets trickle in, a HeadScanner finds the end first.
[[nodiscard]] HeadResult parse_request_head(Bytes input, const Limits& limits, RequestHead& head);
[[nodiscard]] HeadResult parse_response_head(Bytes input, const Limits& limits, ResponseHead& head);

/// Cuts up the head at the start of `input` that `scanner` has found complete: it stands at kDone
/// and has seen these octets.
void cut_request_head(Bytes input, const HeadScanner& scanner, RequestHead& head);
void cut_response_head(Bytes input, const HeadScanner& scanner, ResponseHead& head);

}  // namespace wsproof
