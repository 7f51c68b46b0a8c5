// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "server/protocol/bytes.h"

namespace wsproof {

/// Where unpredictable octets come from: masking keys (RFC 6455 5.3, 10.3), handshake nonces (4.1)
/// and ping payloads. Tests put a counting one in its place.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  /// Fills `out`, or throws std::runtime_error: there is nothing to go on with without entropy.
  virtual void fill(MutableBytes out) = 0;
};

/// OpenSSL's generator, drawn in blocks so that a masking key costs no call. One a thread.
[[nodiscard]] RandomSource& secure_random();

}  // namespace wsproof
