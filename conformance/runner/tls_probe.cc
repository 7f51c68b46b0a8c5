// SPDX-License-Identifier: Apache-2.0
#include "conformance/runner/tls_probe.h"

#include <utility>

#include "server/transport/tls_context.h"

namespace wsproof::conformance {
namespace {

TlsContext any_certificate() {
  return TlsContext::client({.ca_file = "", .verify = false}).value();
}

/// It is no TLS that ends a handshake without a word of it.
bool is_word_of_tls(const TransportError& error) {
  return error.name == tls_error::kRefused || error.name == tls_error::kCertificate;
}

}  // namespace

TlsProbe::TlsProbe(Loop& loop, const Target& target, Duration patience, Done done)
    : done_(std::move(done)),
      timer_(loop, [this] { tell(false); }),
      connector_(loop, any_certificate(), target.host, target.port, "",
                 [this](const tl::expected<std::unique_ptr<Stream>, TransportError>& outcome) {
                   tell(outcome.has_value() || is_word_of_tls(outcome.error()));
                 }) {
  timer_.start(std::chrono::duration_cast<Time>(patience));
}

void TlsProbe::tell(bool speaks_tls) {
  timer_.stop();
  const Done call = std::exchange(done_, nullptr);
  if (call) call(speaks_tls);
}

}  // namespace wsproof::conformance
