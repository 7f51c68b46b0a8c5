// SPDX-License-Identifier: Apache-2.0
#include "server/transport/tls_connector.h"

#include <utility>

#include "server/transport/tls_stream.h"

namespace wsproof {

struct TlsConnector::State {
  using Outcome = tl::expected<std::unique_ptr<Stream>, TransportError>;

  void connected(Outcome outcome) {
    if (!outcome) {
      tell(std::move(outcome));
      return;
    }
    stream = context.wrap_client(loop, std::move(*outcome), name);
    stream->handshake([this](const TransportError* error) {
      if (error == nullptr) {
        tell(std::unique_ptr<Stream>(std::move(stream)));
        return;
      }
      TransportError told = *error;
      told.message =
          "cannot connect to " + host + " port " + std::to_string(port) + ": " + told.message;
      tell(tl::unexpected(std::move(told)));
    });
  }

  /// The last thing: the owner may destroy this object from within.
  void tell(Outcome outcome) {
    const Done call = std::exchange(done, nullptr);
    call(std::move(outcome));
  }

  Loop& loop;
  TlsContext context;
  std::string host;
  std::uint16_t port;
  std::string name;
  Done done;
  std::unique_ptr<TcpConnector> tcp;
  std::unique_ptr<TlsStream> stream;
};

TlsConnector::TlsConnector(Loop& loop, TlsContext context, std::string host, std::uint16_t port,
                           std::string name, Done done)
    : state_(new State{loop, std::move(context), std::move(host), port, std::move(name),
                       std::move(done), nullptr, nullptr}) {
  if (state_->name.empty()) state_->name = state_->host;
  state_->tcp = std::make_unique<TcpConnector>(
      loop, state_->host, port,
      [state = state_.get()](State::Outcome outcome) { state->connected(std::move(outcome)); });
}

TlsConnector::~TlsConnector() = default;

bool TlsConnector::in_handshake() const { return state_->stream != nullptr; }

}  // namespace wsproof
