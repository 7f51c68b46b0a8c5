// SPDX-License-Identifier: Apache-2.0
#include "server/transport/tls_bio.h"

#include <openssl/bio.h>

#include <new>

#include "server/transport/tls_core.h"

namespace wsproof {
namespace {

TlsCore& core_of(BIO* bio) { return *static_cast<TlsCore*>(BIO_get_data(bio)); }

int read_some(BIO* bio, char* to, std::size_t most, std::size_t* count) {
  BIO_clear_retry_flags(bio);
  *count = core_of(bio).take_input(reinterpret_cast<std::uint8_t*>(to), most);
  if (*count > 0) return 1;
  BIO_set_retry_read(bio);
  return 0;
}

int write_all(BIO* bio, const char* from, std::size_t size, std::size_t* count) {
  BIO_clear_retry_flags(bio);
  *count = 0;
  try {
    core_of(bio).put_output({reinterpret_cast<const std::uint8_t*>(from), size});
  } catch (...) {
    // No exception can pass through OpenSSL's frames. It fails, and so does the connection.
    return 0;
  }
  *count = size;
  return 1;
}

long control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

/// One for the process, never freed: connections may end after main().
const BIO_METHOD* method() {
  static const BIO_METHOD* const made = [] {
    BIO_METHOD* fresh = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "wsproof");
    if (fresh == nullptr) throw std::bad_alloc();
    BIO_meth_set_read_ex(fresh, read_some);
    BIO_meth_set_write_ex(fresh, write_all);
    BIO_meth_set_ctrl(fresh, control);
    return fresh;
  }();
  return made;
}

}  // namespace

void attach_bio(SSL* ssl, TlsCore& core) {
  BIO* bio = BIO_new(method());
  if (bio == nullptr) throw std::bad_alloc();
  BIO_set_data(bio, &core);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl, bio, bio);
}

}  // namespace wsproof
