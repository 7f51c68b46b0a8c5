// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <openssl/ssl.h>

namespace wsproof {

class TlsCore;

/// Gives OpenSSL the core to read from and write to: memory at both ends, no socket. The core
/// outlives `ssl`. Throws std::bad_alloc.
void attach_bio(SSL* ssl, TlsCore& core);

}  // namespace wsproof
