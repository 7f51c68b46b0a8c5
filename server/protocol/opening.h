// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "server/protocol/bytes.h"
#include "server/protocol/handshake.h"
#include "server/protocol/limits.h"

namespace wsproof {

/// A server's connection before it is open: gathers a request head, within the limits, from pieces
/// cut anywhere, then hands it over to be decided.
class ServerOpening {
 public:
  explicit ServerOpening(const Limits& limits) : limits_(limits) {}

  enum class Status : std::uint8_t { kNeedMore, kRequest, kError };

  /// Takes the next octets. After kRequest, head() is complete and rest() holds what came behind
  /// it.
  [[nodiscard]] Status push(Bytes bytes);

  [[nodiscard]] const RequestHead& head() const { return head_; }
  [[nodiscard]] Error error() const { return error_; }
  /// Octets behind the head: the first of the client's frames, if it could not wait.
  [[nodiscard]] MutableBytes rest();

 private:
  const Limits& limits_;
  std::string buffer_;
  RequestHead head_;
  std::size_t head_size_ = 0;
  Error error_{};
};

/// A client's connection before it is open: request() goes out, the answer comes in.
class ClientOpening {
 public:
  /// `options` and `limits` outlive this object.
  ClientOpening(const ClientHandshakeOptions& options, const Limits& limits, RandomSource& random);

  enum class Status : std::uint8_t { kNeedMore, kOpen, kError };

  /// The octets to send first.
  [[nodiscard]] const std::string& request() const { return request_; }
  [[nodiscard]] Status push(Bytes bytes);
  [[nodiscard]] const Agreement& agreement() const { return agreement_; }
  [[nodiscard]] const ResponseHead& head() const { return head_; }
  [[nodiscard]] Error error() const { return error_; }
  [[nodiscard]] MutableBytes rest();

 private:
  const ClientHandshakeOptions& options_;
  const Limits& limits_;
  std::string key_;
  std::string request_;
  std::string buffer_;
  ResponseHead head_;
  Agreement agreement_;
  std::size_t head_size_ = 0;
  Error error_{};
};

}  // namespace wsproof
