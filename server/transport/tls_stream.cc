// SPDX-License-Identifier: Apache-2.0
#include "server/transport/tls_stream.h"

#include <utility>

#include "server/transport/tls_core.h"

namespace wsproof {

TlsStream::TlsStream(Loop& loop, std::unique_ptr<Stream> inner, const TlsContext& context,
                     OpensslOwner<SSL> ssl, std::string name)
    : core_(std::make_shared<TlsCore>(loop, std::move(inner), context, std::move(ssl),
                                      std::move(name))) {}

TlsStream::~TlsStream() { core_->close(); }

void TlsStream::handshake(Secured secured) { core_->handshake(std::move(secured)); }
void TlsStream::start(StreamHandler& handler) { core_->start(handler); }
void TlsStream::write(Bytes head, Bytes body) { core_->write(head, body); }
void TlsStream::write_shared(std::shared_ptr<const std::string> octets) {
  // Each receiver has keys of its own: nothing is left to share.
  core_->write(as_bytes(*octets), {});
}
void TlsStream::flush() { core_->flush(); }
std::size_t TlsStream::pending() const { return core_->pending(); }
void TlsStream::pause_reading() { core_->pause_reading(); }
void TlsStream::resume_reading() { core_->resume_reading(); }
void TlsStream::shutdown() { core_->shutdown(); }
void TlsStream::reset() { core_->reset(); }
void TlsStream::close() { core_->close(); }
std::string TlsStream::peer_address() const { return core_->inner().peer_address(); }

std::string TlsStream::version() const { return SSL_get_version(core_->ssl()); }

}  // namespace wsproof
