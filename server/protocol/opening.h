// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "server/protocol/bytes.h"
#include "server/protocol/handshake.h"
#include "server/protocol/head_scanner.h"
#include "server/protocol/limits.h"

namespace wsproof {

/// A server's connection before it is open: gathers a request head, within the limits, from pieces
/// cut anywhere, then hands it over to be decided. Looks at each octet once, however small the
/// pieces are.
class ServerOpening {
 public:
  /// `limits` outlives this object.
  explicit ServerOpening(const Limits& limits);
  ServerOpening(const ServerOpening&) = delete;
  ServerOpening& operator=(const ServerOpening&) = delete;

  enum class Status : std::uint8_t { kNeedMore, kRequest, kError };

  /// Takes the next octets. After kRequest, head() is complete and rest() holds what came behind
  /// it; further octets join rest() and leave views taken from head() invalid. After kError nothing
  /// more is taken.
  [[nodiscard]] Status push(Bytes bytes);

  /// Points into this object.
  [[nodiscard]] const RequestHead& head() const { return head_; }
  [[nodiscard]] Error error() const { return scanner_.error(); }
  /// Octets behind the head: the first of the client's frames, if it could not wait.
  [[nodiscard]] MutableBytes rest();

 private:
  HeadScanner scanner_;
  std::string buffer_;
  RequestHead head_;
};

/// A client's connection before it is open: request() goes out, the answer comes in.
class ClientOpening {
 public:
  /// `options` and `limits` outlive this object; the options have no fault (find_fault()).
  ClientOpening(const ClientHandshakeOptions& options, const Limits& limits, RandomSource& random);
  ClientOpening(const ClientOpening&) = delete;
  ClientOpening& operator=(const ClientOpening&) = delete;

  enum class Status : std::uint8_t { kNeedMore, kOpen, kError };

  /// The octets to send first.
  [[nodiscard]] const std::string& request() const { return request_; }
  /// Takes the next octets. Interim answers (100, 103; RFC 9110 15.2) are passed over; together
  /// with the answer they have to stay within the limit of one head. After kOpen, further octets
  /// join rest(); after kError nothing more is taken.
  [[nodiscard]] Status push(Bytes bytes);
  [[nodiscard]] const Agreement& agreement() const { return agreement_; }
  /// The answer's head, once it is complete, also where the error is about what it says: for the
  /// status and fields of a server that refuses. Points into this object; empty before.
  [[nodiscard]] const ResponseHead& head() const { return head_; }
  [[nodiscard]] Error error() const { return error_; }
  [[nodiscard]] MutableBytes rest();

 private:
  [[nodiscard]] Status fail(Error error);
  void read_head();

  const ClientHandshakeOptions& options_;
  const Limits& limits_;
  std::string key_;
  std::string request_;
  HeadScanner scanner_;
  Status status_ = Status::kNeedMore;
  std::string buffer_;
  std::size_t head_start_ = 0;  ///< behind the interim answers
  ResponseHead head_;
  Agreement agreement_;
  Error error_{};
};

}  // namespace wsproof
